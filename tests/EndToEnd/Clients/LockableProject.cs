namespace EndToEnd.Clients;

/// <summary>The files of projects that depend on others and are not built: clients lock and install them.</summary>
public static class LockableProject
{
    /// <summary>The <c>pyproject.toml</c> for uv.</summary>
    /// <param name="index">The only index.</param>
    /// <param name="dependencies">The projects that it depends on.</param>
    public static string ForUv(Uri index, params IEnumerable<string> dependencies) => $"""
        [project]
        name = "app"
        version = "0.1"
        requires-python = ">=3.11"
        dependencies = [{string.Join(", ", dependencies.Select(name => $"\"{name}\""))}]

        [[tool.uv.index]]
        url = "{index}"
        default = true
        """;

    /// <summary>The <c>pyproject.toml</c> for poetry.</summary>
    /// <param name="index">The only index.</param>
    /// <param name="dependency">The project that it depends on.</param>
    public static string ForPoetry(string index, string dependency) => $"""
        [project]
        name = "app"
        version = "0.1"
        requires-python = ">=3.11,<4"
        dependencies = ["{dependency}"]

        [tool.poetry]
        package-mode = false

        [[tool.poetry.source]]
        name = "ours"
        url = "{index}"
        priority = "primary"
        """;

    /// <summary>The <c>Pipfile</c> for pipenv.</summary>
    /// <param name="index">The only index.</param>
    /// <param name="dependency">The project that it depends on.</param>
    public static string ForPipenv(string index, string dependency) => $"""
        [[source]]
        name = "ours"
        url = "{index}"
        verify_ssl = true

        [packages]
        {dependency} = "*"

        """;
}
