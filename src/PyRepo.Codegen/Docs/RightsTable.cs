using System.Collections.Immutable;
using System.Text;
using PyRepo.Codegen.Rbac;
using PyRepo.Kubernetes.Objects.Admission;
using PyRepo.Kubernetes.Objects.Rbac;

namespace PyRepo.Codegen.Docs;

/// <summary>
/// The table of the operator's rights in <c>docs/operator.md</c>: each verb, which policy narrows it, and which test
/// tries what it forbids.
/// </summary>
static class RightsTable
{
    /// <summary>Each policy, its file, and the tests that attempt what it forbids.</summary>
    static readonly (ValidatingAdmissionPolicy Policy, string File, string Tests)[] _policies =
    [
        (SecretsPolicy.Policy, "secrets-policy.yaml", "`AttemptTests`, `RoleTests`"),
        (PodsPolicy.Policy, "pods-policy.yaml", "`AttemptTests`"),
        (ResourcesPolicy.Policy, "resources-policy.yaml", "`AttemptTests`"),
        (ChildrenPolicy.Policy, "children-policy.yaml", "`ChildAttemptTests`"),
    ];

    /// <summary>The verbs that change nothing: a policy does not see them.</summary>
    static readonly string[] _reads = ["get", "list", "watch"];

    /// <summary>A page with the table as it is now.</summary>
    /// <exception cref="InvalidDataException">The page lacks the place for it.</exception>
    public static string WriteInto(string page) => MadePart.Replace(page, "The rights", Write());

    static string Write()
    {
        var text = new StringBuilder("""
            | Objects | Verbs | Where | Restricted by | Tested by |
            |---|---|---|---|---|

            """);
        foreach (var (where, rules) in Scopes())
        {
            foreach (var rule in rules)
                text.Append(GetRow(rule, where));
        }
        return text.ToString();
    }

    static IEnumerable<(string Where, IReadOnlyList<PolicyRule> Rules)> Scopes()
    {
        var served = OperatorRoles.Role.Rules!;
        yield return ("namespaces that it serves", served);
        yield return (
            "the cluster, only with scope `Cluster`", [.. OperatorRoles.ClusterRole.Rules!.Skip(served.Count)]);
        yield return ("its own namespace", OperatorRoles.LeaderRole.Rules!);
        yield return ("the namespace `default`", OperatorRoles.ApiServersRole.Rules!);
    }

    static string GetRow(PolicyRule rule, string where)
    {
        var objects = rule.NonResourceUrls is { } paths ? paths
            : rule.ResourceNames is { } names ? [.. rule.Resources!.Select(r => $"{r} {string.Join(", ", names)}")]
            : rule.Resources!;
        var (policy, tests) = NarrowedBy(rule);
        return $"| {List(objects)} | {string.Join(", ", rule.Verbs)} | {where} | {policy} | {tests} |\n";
    }

    static (string Policy, string Tests) NarrowedBy(PolicyRule rule)
    {
        if (rule.Verbs.All(_reads.Contains))
            return ("the role: read-only", "`LeastRightsTests`");
        var found = _policies.Where(each => each.Policy.Spec.MatchConstraints.ResourceRules.Any(
            match => match.ApiGroups.Intersect(rule.ApiGroups ?? []).Any()
                && match.Resources.Intersect(rule.Resources ?? []).Any())).ToArray();
        return found is [var (_, file, tests)] ? ($"`{file}`", tests) : ("the role", "`LeastRightsTests`");
    }

    static string List(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"`{name}`"));
}
