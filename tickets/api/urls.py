from core.api.routes import resource_paths
from tickets.api.categories import CategoriesView, CategoryView
from tickets.api.tickets import TicketsView, TicketView

urlpatterns = [
    *resource_paths("tickets", TicketsView, TicketView, named="number"),
    *resource_paths("categories", CategoriesView, CategoryView),
]
