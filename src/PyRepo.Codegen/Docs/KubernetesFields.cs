using System.Collections.Frozen;
using PyRepo.Resources.Fields;

namespace PyRepo.Codegen.Docs;

/// <summary>
/// The fields that are as in a pod: the reference names what is in them, and Kubernetes' page explains it.
/// </summary>
static class KubernetesFields
{
    const string Pages = "https://kubernetes.io/docs/concepts/scheduling-eviction/";

    const string Difference = " Unlike there, an omitted `labelSelector` chooses the pods of the same server.";

    static readonly FrozenDictionary<string, string> _pages = new Dictionary<string, string>
    {
        ["spec.server.affinity"] = "assign-pod-node/#affinity-and-anti-affinity",
        ["spec.server.tolerations"] = "taint-and-toleration/",
        ["spec.server.topologySpreadConstraints"] = "topology-spread-constraints/",
    }.ToFrozenDictionary();

    /// <summary>Whether the field at a path is one.</summary>
    public static bool Contains(string path) => _pages.ContainsKey(path);

    /// <summary>Describes the content of such a field, and links to its explanation. Empty for all others.</summary>
    public static string Describe(string path, Schema schema)
    {
        if (!_pages.TryGetValue(path, out var page))
            return "";
        var names = NamesIn(schema).Distinct().ToList();
        return $" It may have {string.Join(", ", names.Select(name => $"`{name}`"))}: "
            + $"[Kubernetes' page]({Pages}{page}) explains them."
            + (names.Contains("labelSelector") ? Difference : "");
    }

    /// <summary>A rule of such a field, which names only the last part of its path.</summary>
    public static ReferenceLine Shorten(string field, ReferenceLine rule)
    {
        var last = rule.Path[(rule.Path.LastIndexOf('.') + 1)..].TrimEnd('[', ']');
        return rule.Path == field ? rule : rule with { Path = $"{field}…{last}" };
    }

    static IEnumerable<string> NamesIn(Schema schema) => schema switch
    {
        ObjectSchema found => found.Fields.SelectMany(field => NamesIn(field.Schema).Prepend(field.Name)),
        ListSchema list => NamesIn(list.Items),
        MapSchema map => NamesIn(map.Values),
        _ => [],
    };
}
