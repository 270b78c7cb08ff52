"""Forms that open in a dialog: a page of their own without scripts, the form alone within one."""

import pytest

from tickets.services.tasks import open_task

pytestmark = pytest.mark.django_db


@pytest.fixture(
    params=[
        ("/tickets/{number}/add/task/", "Add a task", "Labels come out blank"),
        ("/tickets/{number}/add/link/", "Link another ticket", "Labels come out blank"),
        ("/tickets/{number}/tasks/{task}/skip/", "Skip", "Swap the print head"),
        ("/handover/desk/{number}/", "Note for the next shift", "Labels come out blank"),
        ("/incidents/{number}/moments/", "Say when something happened", ""),
        ("/incidents/{number}/children/tell/", "Say it on every open child", ""),
    ],
    ids=["add", "link", "task", "handover", "moment", "children"],
)
def asked(request, ticket, agent):
    """The address of a form, its heading, and the title of what it is about."""
    address, heading, about = request.param
    task = open_task(ticket=ticket, title="Swap the print head", actor=agent)
    return address.format(number=ticket.number, task=task.number), heading, about


def test_a_dialog_gets_the_form_alone_and_a_browser_without_scripts_the_page(mara, asked):
    address, heading, about = asked

    page = mara.get(address).content.decode()
    fragment = mara.get(address, headers={"HX-Request": "true"}).content.decode()

    assert "</html>" in page
    assert "</html>" not in fragment
    for html in (page, fragment):
        assert f'<form method="post" action="{address}" id="form"' in html
        assert f"<h1>{heading}</h1>" in html
        assert about in html
        assert "csrfmiddlewaretoken" in html


def test_an_empty_answer_comes_back_in_the_dialog_with_what_is_wrong(mara, asked):
    address, heading, _about = asked

    answer = mara.post(address, {"text": " "}, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert f"<h1>{heading}</h1>" in answer.content.decode()
    assert 'class="field-error"' in answer.content.decode()
