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
    /// Returns the policy. Without the constraints file that it names, nothing may be served: the server must not allow
    /// more than was asked for.
    /// </summary>
    public static Policy Read(ProxyRepository proxy, ServerConfiguration configuration)
    {
        if (proxy.Spec.Policy is not { } spec)
            return Policy.Default;
        var constraints = GetConstraints(proxy, configuration);
        return new Policy
        {
            Version = GetVersion(spec, constraints),
            Allowed = spec.Allow is { } allow ? new AllowRule(new PolicyEntries(allow)) : null,
            Rules = [.. GetRules(spec, constraints)],
            Waivers = new Waivers(spec.Waivers),
            KeepsRemoved = spec.OnUpstreamRemoval is UpstreamRemoval.Keep,
            Unavailable = spec.ConstraintsRef is { } reference && constraints is null
                ? $"The constraints file is missing: ConfigMap '{reference.Name}', key '{reference.Key}'."
                : null,
        };
    }

    /// <summary>Returns the lines of constraints files that cannot be used as they are.</summary>
    public static IEnumerable<Diagnostic> Unusable(ServerConfiguration configuration)
    {
        foreach (var proxy in configuration.Manifests.Resources.OfType<ProxyRepository>())
        {
            if (GetConstraints(proxy, configuration) is not { } text)
                continue;
            ConstraintsFile.Read(text, out var problems);
            foreach (var problem in problems)
            {
                yield return Diagnostic.At(
                    proxy.GetPosition(ConstraintsField), ConstraintsField, problem,
                    ProblemReason.Invalid);
            }
        }
    }

    static IEnumerable<IPolicyRule> GetRules(PolicySpec spec, string? constraints)
    {
        if (spec.Block.Count > 0)
            yield return new BlockRule(new PolicyEntries(spec.Block));
        if (constraints is not null)
            yield return new ConstraintsRule(ConstraintsFile.Read(constraints, out _));
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
