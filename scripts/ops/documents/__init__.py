"""What the pages say, held to what is there: links, shown commands, and pages made of contracts.

`python -m scripts.ops.documents check` finds what is wrong; `write` makes docs/api/ anew.

- `markdown` reads a page; `anchors` and `links` check where its links lead.
- `shell` takes a shown text apart into `commands`; `own`, `firebase` and `foreign` know them.
- `http_page` and `callables_page` are made of the contracts; `made` says what is out of date.
"""
