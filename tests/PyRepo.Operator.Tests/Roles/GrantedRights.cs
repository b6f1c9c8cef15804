using YamlDotNet.RepresentationModel;

namespace PyRepo.Operator.Tests.Roles;

/// <summary>What the roles of <c>config/rbac</c> allow the operator.</summary>
static class GrantedRights
{
    /// <summary>All rights in some files.</summary>
    public static IReadOnlySet<Right> From(params IEnumerable<string> files) =>
        (from file in files
         from document in Documents(SourceTree.At("config", "rbac", file))
         where document.Children.ContainsKey("rules")
         from rule in (YamlSequenceNode)document["rules"]
         let paths = Texts(rule, "nonResourceURLs")
         from apiGroup in paths.Any() ? [""] : Texts(rule, "apiGroups")
         from resource in paths.Concat(Texts(rule, "resources"))
         from verb in Texts(rule, "verbs")
         select new Right(apiGroup, resource, verb)).ToHashSet();

    /// <summary>The plurals of what a policy of <c>config/rbac</c> judges.</summary>
    public static IReadOnlyList<string> GetResources(string policy) =>
    [
        .. from document in Documents(SourceTree.At("config", "rbac", policy))
           where (string?)document["kind"] == "ValidatingAdmissionPolicy"
           from rule in (YamlSequenceNode)document["spec"]["matchConstraints"]["resourceRules"]
           from resource in Texts(rule, "resources")
           select resource,
    ];

    static IEnumerable<YamlMappingNode> Documents(string path)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(File.ReadAllText(path)));
        return stream.Documents.Select(document => (YamlMappingNode)document.RootNode);
    }

    static IEnumerable<string> Texts(YamlNode rule, string name) =>
        ((YamlMappingNode)rule).Children.TryGetValue(name, out var texts)
            ? ((YamlSequenceNode)texts).Select(text => ((YamlScalarNode)text).Value!) : [];
}
