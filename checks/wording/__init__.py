"""How Japanese and English say things, in whatever text: what the checks of the law read by.

Every decision is made of one sentence, or of one section, never of words anywhere on a page. Text
is normalised before it comes here (NFKC), and the placeholders of templates stand as U+FFFC.
"""
