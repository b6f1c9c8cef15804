namespace EndToEnd.Clients;

/// <summary>What makes distributions of a project: its two lines in pyproject.toml.</summary>
/// <param name="Requirement">What it is installed by.</param>
/// <param name="Module">What a frontend imports.</param>
public sealed record BuildBackend(string Requirement, string Module)
{
    /// <summary>A table that says again what <c>[project]</c> says.</summary>
    public string? Table { get; init; }

    /// <summary>Writes Metadata-Version 2.4.</summary>
    public static BuildBackend Setuptools { get; } = new("setuptools", "setuptools.build_meta");

    /// <summary>Writes Metadata-Version 2.5.</summary>
    public static BuildBackend Hatchling { get; } = new("hatchling", "hatchling.build");

    /// <summary>Writes Metadata-Version 2.5.</summary>
    public static BuildBackend FlitCore { get; } = new("flit_core", "flit_core.buildapi");

    /// <summary>Writes Metadata-Version 2.4. Older poetry reads a table of its own only.</summary>
    public static BuildBackend PoetryCore { get; } =
        new("poetry-core", "poetry.core.masonry.api") { Table = "tool.poetry" };

    /// <summary>Writes Metadata-Version 2.1, which every client takes.</summary>
    public static BuildBackend PdmBackend { get; } = new("pdm-backend", "pdm.backend");
}
