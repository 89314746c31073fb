"""The posts of the tests' publication: two languages, formulas, images, code, tables, enough of them to turn pages."""

from tests.chat.publication import Publication, png

NOTES = 11
"""Plain notes in English, `note-1` the oldest."""

FORMULA = r"\sigma_k = \sqrt{\frac{1}{n} \sum_{i=1}^{n} (x_{i,k} - \mu_k)^2}"
OTHER_FORMULA = r"\hat{x} = \frac{x - \mu_k}{\sqrt{\sigma_k^2 + \epsilon}}"

_PARAGRAPH = "Every layer is scaled by what was seen in the batch, and that is why the order of samples matters. "

LONG = f"""A post of several pages.

$$
{FORMULA}
$$

## Where it comes from

{_PARAGRAPH * 40}

## What it costs

{_PARAGRAPH * 40}

$$
{OTHER_FORMULA}
$$

## What remains

{_PARAGRAPH * 40}
"""

PICTURES = f"""Two pictures follow.

![A grey field](grey.png)

$$
{FORMULA}
$$

And the text goes on.
"""

ATTENTION_EN = """Keys, queries and values.

| head | width |
| ---: | ----: |
| 1 | 64 |
| 2 | 128 |

```python
scores = queries @ keys.T
```

- one
  - nested
- two
"""

ATTENTION_ZH = """键、查询与值。

| 头 | 宽度 |
| ---: | ---: |
| 1 | 64 |
| 2 | 128 |
"""


def write_posts(publication: Publication) -> None:
    """The whole folder."""
    publication.write("_index.md", "---\ntitle: Notes\ndescription: What we learned · 我们学到的\n---\n")
    publication.write(
        "nlp/_index.md",
        "---\ntitle: NLP\ntitle_zh: 自然语言处理\ntitle_en: Language\ndescription: Words in, words out\n---\n",
    )
    for number in range(1, NOTES + 1):
        publication.post(
            f"notes/note-{number}.md",
            f"Note {number}",
            f"# Note {number}\n\nThe body of note {number}." if number == 3 else f"The body of note {number}.",
            date=f"2025-11-{number:02} 09:00",
        )
    publication.post(
        "nlp/attention.en.md", "Attention", ATTENTION_EN, slug="attention", date="2026-01-08 09:00", tags="[basics]"
    )
    publication.post(
        "nlp/attention.zh.md", "注意力机制", ATTENTION_ZH, slug="attention", date="2026-01-08 09:00", tags="[基础]"
    )
    publication.post(
        "nlp/norm.md", "Batch norm, at length", LONG, slug="norm", date="2026-01-09 09:00", tags="[basics]"
    )
    publication.post("nlp/pictures/index.md", "Pictures", PICTURES, slug="pictures", date="2026-01-07 09:00")
    publication.write("nlp/pictures/grey.png", png())
    publication.post("notes/refused.md", "Refused", "| a |\n| - |\n| b |", slug="refused", date="2025-10-01 09:00")
    publication.post("nlp/draft.md", "Not finished", date="2026-01-01 09:00", draft="true")
    publication.post("nlp/future.md", "Not yet", slug="future", date="2026-02-01 09:00")
