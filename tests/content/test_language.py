"""The language of a text by its characters, outside code and formulas."""

import pytest

from bot.content.language import detect


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("训练时要保存前向传播的全部激活值。", "zh"),
        ("FlashAttention 用在线 Softmax 的思想分块计算 attention，把 HBM 的读写降到最低。", "zh"),
        ("Attention is all you need, wrote eight people from Google Brain.", "en"),
        ("The word 注意力 means attention, and 变换器 is a transformer, as everybody knows by now.", "en"),
        ("用法：\n\n```python\n" + "import torch.nn.functional as functional\n" * 50 + "```\n", "zh"),
        ("中文 $\\alpha \\beta \\gamma \\operatorname{softmax} \\frac{numerator}{denominator}$ 公式", "zh"),
        ("", "en"),
        ("12345 !!!", "en"),
    ],
)
def test_a_text_is_chinese_or_english(text: str, tag: str) -> None:
    assert detect(text) == tag
