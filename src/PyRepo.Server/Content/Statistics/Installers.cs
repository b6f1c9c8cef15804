using System.Collections.Frozen;

namespace PyRepo.Server.Content.Statistics;

/// <summary>The programs by which downloads are counted. Whatever else a client calls itself is not kept.</summary>
static class Installers
{
    /// <summary>Any program that is not in the list.</summary>
    public const string Other = "other";

    /// <summary>Another PyRepo: a proxy or a mirror whose upstream this one is.</summary>
    public const string PyRepo = "pyrepo";

    const string Browser = "browser";

    static readonly FrozenDictionary<string, string> _byProduct = new Dictionary<string, string>
    {
        ["pip"] = "pip",
        ["uv"] = "uv",
        ["poetry"] = "poetry",
        ["pdm"] = "pdm",
        ["hatch"] = "hatch",
        ["twine"] = "twine",
        ["setuptools"] = "setuptools",
        ["conda"] = "conda",
        ["pex"] = "pex",
        ["bazel"] = "bazel",
        ["bandersnatch"] = "bandersnatch",
        ["devpi-server"] = "devpi",
        ["artifactory"] = "artifactory",
        ["nexus"] = "nexus",
        [PyRepo] = PyRepo,
        ["python-requests"] = "requests",
        ["curl"] = "curl",
        ["wget"] = "wget",
        ["mozilla"] = Browser,
        ["opera"] = Browser,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _lookup =
        _byProduct.GetAlternateLookup<ReadOnlySpan<char>>();

    static readonly FrozenSet<string> _names = _byProduct.Values.Append(Other).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>All of their names.</summary>
    public static IEnumerable<string> All => _names;

    /// <summary>Whether a text is one of their names.</summary>
    public static bool IsName(string text) => _names.Contains(text);

    /// <summary>Returns the name for the first product of a User-Agent.</summary>
    public static string OfProduct(ReadOnlySpan<char> product) =>
        _lookup.TryGetValue(product, out var name) ? name : Other;
}
