using System.Collections.Frozen;
using PyRepo.Packaging.Inspection;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Archives;

/// <summary>
/// The packages of well-known projects, into which no other project writes: those that installers, build tools and most
/// applications import. Namespaces that several projects share are not among them.
/// </summary>
static class KnownPackages
{
    /// <summary>
    /// The packages, which are the same in another case on most desktops; each with the project that it is of where that
    /// has another name, and the word by which variants of it are named where that is another one.
    /// </summary>
    static readonly FrozenDictionary<string, (string Project, string? Variant)> _projects = (
        """
        aiohttp anyio asgiref attr=attrs attrs babel bcrypt black boto3 botocore bs4=beautifulsoup4 cachetools
        celery certifi cffi chardet charset_normalizer click colorama coverage cryptography dateutil=python-dateutil
        decorator distlib django dns=dnspython docutils dotenv=python-dotenv fastapi filelock flask fsspec gevent
        greenlet grpc=grpcio gunicorn h11 httpcore httpx huggingface_hub idna importlib_metadata importlib_resources
        iniconfig isort jinja2 jmespath joblib jsonschema jwt=pyjwt keyring langchain litellm lxml markdown markupsafe
        matplotlib more_itertools=more-itertools mypy networkx numpy openai packaging pandas paramiko pexpect pip
        pkg_resources=setuptools platformdirs pluggy psutil psycopg2 pyarrow pyasn1 pycparser pydantic
        pydantic_core=pydantic-core pygments pymongo pyparsing pytest pytz redis regex requests rich rsa ruff s3transfer
        scipy setuptools _distutils_hack=setuptools six sklearn=scikit-learn sniffio soupsieve sqlalchemy starlette
        tenacity tensorflow=tensorflow/tf tomli tomlkit torch tornado tqdm transformers twine typer typing_extensions
        tzdata tzlocal urllib3 uvicorn uvloop virtualenv watchdog websockets werkzeug wheel wrapt yaml=pyyaml yarl zipp
        """)
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split('=', '/'))
        .ToFrozenDictionary(
            entry => entry[0],
            entry => (ProjectName.Normalize(entry[Math.Min(1, entry.Length - 1)]), entry.ElementAtOrDefault(2)),
            StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the modules of a project's wheel that belong to other projects.</summary>
    /// <param name="project">The project.</param>
    /// <param name="modules">The modules at the top level of its wheel.</param>
    /// <param name="used">
    /// Returns the project in use here that a module is named as, or null: projects that are not well known.
    /// </param>
    /// <returns>The first few of them.</returns>
    public static IReadOnlyList<ForeignModule> FindForeign(
        ProjectName project, IReadOnlyList<string> modules, Func<string, ProjectName?> used) =>
    [
        .. modules.Select(module => Find(project, module, used)).OfType<ForeignModule>()
            .Take(ArchiveFacts.MaxExamples),
    ];

    static ForeignModule? Find(ProjectName project, string module, Func<string, ProjectName?> used)
    {
        (string? owner, var variant) = _projects.TryGetValue(module, out var known)
            ? known : (used(module)?.Value, null);
        return owner is null || owner == project.Value || ProjectVariants.IsVariant(project, module)
            || ProjectVariants.IsVariant(project, owner) || ProjectVariants.IsVariant(project, variant ?? owner)
                ? null
                : new(module, owner);
    }
}
