"""yingjiu (应救): find every person who should receive national judicial relief, and say why."""

__all__: list[str] = []
