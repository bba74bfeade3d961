"""Read model files: every fault of every file at once, each with its path and line."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from yingjiu.declarations import DeclarationError, Lines, read_declaration
from yingjiu.errors import Fault, YingjiuError
from yingjiu.language import _
from yingjiu.screening.declared import ModelFile
from yingjiu.screening.errors import ModelError
from yingjiu.screening.gathering import Source
from yingjiu.screening.model import Model
from yingjiu.screening.resolving import Resolver

__all__ = ["read_model", "read_models", "shipped_models"]


def shipped_models() -> Path:
    """The folder of the models that come with the program."""
    return Path(str(files("yingjiu.catalogue").joinpath("models")))


def read_models(folder: Path | None = None) -> tuple[Model, ...]:
    """Read every model of a folder.

    Args:
        folder: holds ``*.yaml`` models and ``shared/*.yaml`` blocks; the shipped catalogue if ``None``.

    Returns:
        The models by id.

    Raises:
        ModelError: with the faults of all files.
    """
    folder = folder or shipped_models()
    faults: list[Fault] = []
    models: dict[str, Model] = {}
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ModelError(
            Fault(
                "SCR-116",
                _("there is no model in this folder"),
                str(folder),
                hint=_("models are files *.yaml"),
            )
        )
    for path in paths:
        try:
            model = read_model(path)
        except YingjiuError as error:
            faults += error.faults
            continue
        if model.id in models:
            faults.append(
                Fault(
                    "SCR-112",
                    _("another file has a model of the same name"),
                    str(path),
                    path="$.model",
                    found=model.id,
                    hint=_("the other file is {file}").format(file=models[model.id].file),
                )
            )
        models.setdefault(model.id, model)
    if faults:
        raise ModelError(*dict.fromkeys(faults))
    return tuple(models[name] for name in sorted(models))


def read_model(origin: Path | str, *, text: str | None = None, shared: Path | None = None) -> Model:
    """Read one model with the shared blocks that it uses.

    Args:
        origin: path of the file, or its name if ``text`` is given.
        text: the content, when it does not come from a file.
        shared: folder of shared blocks; by default ``shared`` beside the file, then the shipped one.

    Returns:
        The model, sound and ready to run.

    Raises:
        ModelError: with every fault found (see :class:`~yingjiu.screening.errors.ModelError`; ``DCL-…`` for
            the YAML itself, ``SCR-0…`` for expressions).
    """
    made: list[Model] = []

    def also(declared: ModelFile, lines: Lines, file: str) -> list[Fault]:
        folders = [shared] if shared else [Path(file).parent / "shared", shipped_models() / "shared"]
        resolver = Resolver(Source(lines, file, None), declared=declared, folders=folders)
        model = resolver.model()
        if model is not None:
            made.append(model)
        return resolver.faults

    try:
        read_declaration(ModelFile, origin, text=text, also=also)
    except DeclarationError as error:
        raise ModelError(*error.faults) from None
    return made[0]
