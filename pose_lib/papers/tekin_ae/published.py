"""Tables 1 and 2 of Tekin et al. 2016."""

from pose_lib.bench.published import SIX, Published

__all__ = ["PUBLISHED"]

_TABLE_1 = {
    "LinKDE": (183.09, 132.50, 162.27, 206.45, 97.07, 177.84),
    "DconvMP-HML": (148.79, 104.01, 127.17, 189.08, 77.60, 146.59),
    "StructNet-Max": (149.09, 109.93, 136.90, 179.92, 83.64, 147.24),
    "StructNet-Avg": (134.13, 97.37, 122.33, 166.15, 68.51, 132.51),
    "Ours": (129.06, 91.43, 121.68, 162.17, 65.75, 130.53),
}
_TABLE_2 = {
    "KDE": (1.02, 7.18, 16.43),
    "CNN": (0.57, 6.86, 14.97),
    "Ours, no fine-tuning": (0.62, 5.30, 11.99),
    "Ours, fine-tuned": (0.77, 5.43, 11.90),
}
_NOTES = {"StructNet-Avg": "the variant Avg(500)-APF of Li, Zhang & Chan 2015"}

PUBLISHED: tuple[Published, ...] = (
    *(
        Published("Table 1", system, action, "mpjpe", value, "mm", _NOTES.get(system, ""))
        for system, values in _TABLE_1.items()
        for action, value in zip(SIX, values, strict=True)
    ),
    *(
        Published(
            "Table 2", system, "not stated", f"limb-ratio-{part}", value, "sum of logs", "reading not stated"
        )
        for system, values in _TABLE_2.items()
        for part, value in zip(("lower", "upper", "full"), values, strict=True)
    ),
)
