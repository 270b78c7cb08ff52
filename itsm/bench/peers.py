"""What other systems do, as constants: the gates of the budget were set from them.

Measured on one machine of two cores with Debian 12: iTop 3.2.0, Request Tracker 5.0.3 and NetBox 4.6.8 with 50,000
records each, django-helpdesk 2.6.1 with 20,000; two workers, loopback, durable commits. Milliseconds are server CPU a
request, application and database together.
"""

SOURCE = (
    "Peers: iTop 3.2.0, Request Tracker 5.0.3, NetBox 4.6.8 (50,000 records each), django-helpdesk 2.6.1 (20,000);\n"
    "two cores, Debian 12, two workers, loopback, durable commits; ms are server CPU a request, application and "
    "database."
)

CREATE = "iTop 70 ms (25.6/s), RT 81 ms, helpdesk 13.5 ms"
GET = "RT 19.7 ms (92/s), iTop 29.4/s, NetBox 18.6/s"
LIST = "RT 37 ms (52.4/s at 50k), iTop 11.6/s, NetBox 10.9/s"
SEARCH = "RT 16.5 ms (116/s, 250 hits of 50k), NetBox 7.3/s, iTop 7.2/s"
QUEUE_PAGE = "iTop 286 ms (6.5/s), RT 320 ms, NetBox 337 ms"
TICKET_PAGE = "iTop 124 ms (14.8/s), helpdesk 27 ms, NetBox 56 ms"
WEIGHT = "helpdesk 27 requests, 608 KB cold; NetBox 14, 1.25 MB; iTop 93, 1.4 MB"
IMPORT = "iTop 47 objects/s; NetBox 5,150/s without a change log"
METRICS = "DevLake panel 31.7 s at 177k deployments (published)"
AUTHENTICATION = "iTop 44 ms, RT 189 ms"
INSTALL = "helpdesk 2.1 s, iTop 9.3 s, NetBox 244 s"
MEMORY = "iTop 226, helpdesk 266, NetBox 524, RT 800 MiB"
