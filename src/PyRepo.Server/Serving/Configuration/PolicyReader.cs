using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Resources;
using PyRepo.Resources.Attesting;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.References;
using PyRepo.Server.Proxies.Policies;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>Creates the policy of a proxy from its spec and the constraints file that it names.</summary>
static class PolicyReader
{
    const string ConstraintsField = "spec.policy.constraintsRef";

    /// <summary>
    /// Returns the policy. Without the constraints file that it names, or if that is empty, nothing may be served: the
    /// server must not allow more than was asked for.
    /// </summary>
    public static Policy Read(ProxyRepository proxy, ServerConfiguration configuration)
    {
        if (proxy.Spec.Policy is not { } spec)
            return Policy.Default;
        var constraints = GetConstraints(proxy, configuration);
        var file = constraints is null ? null : ConstraintsFile.Read(constraints);
        return new Policy
        {
            Version = GetVersion(spec, constraints),
            Allowed = spec.Allow is { } allow ? new AllowRule(new PolicyEntries(allow)) : null,
            Rules = [.. GetRules(spec, file)],
            Waivers = new Waivers(spec.Waivers),
            KeepsRemoved = spec.OnUpstreamRemoval is UpstreamRemoval.Keep,
            Unavailable = spec.ConstraintsRef is { } reference ? GetProblem(reference, file) : null,
        };
    }

    static string? GetProblem(ConfigMapReference reference, ConstraintsFile? file) => file switch
    {
        null => $"The constraints file is missing: ConfigMap '{reference.Name}', key '{reference.Key}'.",
        { Constraints.IsEmpty: true } =>
            $"The constraints file has no constraint: ConfigMap '{reference.Name}', key '{reference.Key}'.",
        _ => null,
    };

    /// <summary>Returns a configuration with the lines of its constraints files that are not valid.</summary>
    public static ServerConfiguration AddTo(ServerConfiguration read) => read with
    {
        InvalidEntries = [.. read.InvalidEntries, .. GetLines(read, file => file.Problems)],
    };

    /// <summary>Returns the lines of constraints files that mean nothing to a server, such as options.</summary>
    public static IEnumerable<Diagnostic> IgnoredLines(ServerConfiguration configuration) =>
        GetLines(configuration, file => file.Ignored);

    static IEnumerable<Diagnostic> GetLines(
        ServerConfiguration configuration, Func<ConstraintsFile, ImmutableArray<string>> getLines) =>
        from proxy in configuration.Manifests.Resources.OfType<ProxyRepository>()
        let text = GetConstraints(proxy, configuration)
        where text is not null
        from line in getLines(ConstraintsFile.Read(text))
        select Diagnostic.At(proxy.GetPosition(ConstraintsField), ConstraintsField, line, ProblemReason.Invalid);

    static IEnumerable<IPolicyRule> GetRules(PolicySpec spec, ConstraintsFile? constraints)
    {
        if (spec.Block.Count > 0)
            yield return new BlockRule(new PolicyEntries(spec.Block));
        if (constraints is not null)
            yield return new ConstraintsRule(constraints.Constraints);
        if (spec.MinimumAge is { } age)
            yield return new MinimumAgeRule(age, new PolicyEntries(spec.Exempt));
        if (spec.AsOf is { } date)
            yield return new AsOfRule(date);
        if (spec.PackageTypes is { } types)
            yield return new PackageTypesRule([.. types]);
        if (spec.Provenance is { } provenance)
            yield return new ProvenanceRule(provenance);
        if (spec.Guard is { } guard)
        {
            foreach (var rule in GuardFindingRule.From(guard))
                yield return rule;
        }
        else
        {
            yield return GuardFindingRule.Default;
        }
        yield return new RemovalRule(spec.OnUpstreamRemoval);
    }

    static string? GetConstraints(ProxyRepository proxy, ServerConfiguration configuration) =>
        proxy.Spec.Policy?.ConstraintsRef is { } reference
            ? configuration.FindData(proxy, DataKind.ConfigMap, reference.Name, reference.Key)
            : null;

    static string GetVersion(PolicySpec spec, string? constraints)
    {
        var text = new StringBuilder();
        Append(text, "allow", spec.Allow);
        Append(text, "block", spec.Block);
        Append(text, "constraints", constraints is null ? null : [constraints]);
        Append(text, "minimumAge", spec.MinimumAge is { } age ? [age.ToString()] : null);
        Append(text, "exempt", spec.Exempt);
        Append(text, "waivers", spec.Waivers.Select(GetText));
        Append(text, "asOf", spec.AsOf is { } date ? [date.ToString("O", CultureInfo.InvariantCulture)] : null);
        Append(text, "packageTypes", spec.PackageTypes);
        Append(text, "provenance", spec.Provenance is { } provenance ? [GetText(provenance)] : null);
        Append(text, "guard", spec.Guard is { } guard ? [GetText(guard)] : null);
        Append(text, "onUpstreamRemoval", [spec.OnUpstreamRemoval.ToString()]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }

    /// <summary>Writes all that <c>why</c> says of a waiver: pages of equal versions are equal.</summary>
    static string GetText(WaiverSpec waiver) => string.Create(
        CultureInfo.InvariantCulture,
        $"{waiver.Match}\n{string.Join(' ', waiver.Rules)}\n{waiver.By}\n{waiver.Until:O}\n{waiver.Reason}");

    static string GetText(ProvenanceSpec provenance) => string.Join('\n',
    [
        $"{provenance.Action} {provenance.Ratchet} {provenance.HoldFor}",
        .. from requirement in provenance.Require
           from publisher in requirement.Publishers
           select $"{string.Join(' ', requirement.Projects)} {publisher}",
    ]);

    static string GetText(GuardSpec guard) =>
        $"{guard.Action} {guard.HoldFor} {string.Join(' ', guard.Rules ?? GuardSpec.DefaultRules)}";

    static void Append(StringBuilder text, string field, IEnumerable<string>? values)
    {
        text.Append(field).Append(values is null ? '-' : ':');
        foreach (var value in values ?? [])
            text.Append(CultureInfo.InvariantCulture, $"{value.Length}:{value}");
        text.Append('\n');
    }
}
