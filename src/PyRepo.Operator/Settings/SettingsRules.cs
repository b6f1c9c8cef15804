using System.Net;
using System.Text.RegularExpressions;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Settings;

/// <summary>The rules for the values of settings, alone and together.</summary>
static partial class SettingsRules
{
    static readonly Duration _longestHold = Duration.FromDays(365);

    /// <exception cref="SettingsException">A value is wrong.</exception>
    public static void Check(OperatorSettings settings)
    {
        if (settings.ServerImage.Length > 0)
            CheckPatterns(ServingRules.ImageName, settings.ServerImage, "serverImage");
        CheckAll(settings.AllowedImages, "allowedImages", ImagePatternError);
        CheckAll(settings.AllowedPodLabels, "allowedPodLabels", text => KeyPatternError(text, "a label's key"));
        CheckAll(
            settings.AllowedPodAnnotations, "allowedPodAnnotations",
            text => KeyPatternError(text, "an annotation's name"));
        CheckAll(
            settings.AllowedServiceAccountAnnotations, "allowedServiceAccountAnnotations",
            text => KeyPatternError(text, "an annotation's name"));
        CheckAll(settings.AllowedDestinations, "allowedDestinations", DestinationError);
        CheckIngress(settings.Ingress);
        CheckAll(settings.Namespaces, "namespaces", NameRules.Label.Reject);
        CheckAll(
            settings.NetworkPolicy.MonitoringNamespaces, "networkPolicy.monitoringNamespaces", NameRules.Label.Reject);
        foreach (var (index, dns) in settings.NetworkPolicy.Dns.Index())
            CheckDns(dns, $"networkPolicy.dns[{index}]");
        if (settings.MaxRollouts < 1)
            throw new SettingsException($"maxRollouts: {settings.MaxRollouts} is less than 1");
        if (settings.MaxRolloutsPerNamespace < 1)
        {
            throw new SettingsException(
                $"maxRolloutsPerNamespace: {settings.MaxRolloutsPerNamespace} is less than 1");
        }
        if (settings.MaxResourcesPerNamespace < 1)
        {
            throw new SettingsException(
                $"maxResourcesPerNamespace: {settings.MaxResourcesPerNamespace} is less than 1");
        }
        if (settings.Scope is WatchScope.Namespaces && settings.Namespaces.IsDefaultOrEmpty)
            throw new SettingsException("namespaces: the scope Namespaces needs at least one");
        if (settings.Scope is not WatchScope.Namespaces && !settings.Namespaces.IsDefaultOrEmpty)
            throw new SettingsException("namespaces: is only for the scope Namespaces");
    }

    /// <exception cref="SettingsException">The text breaks the rule.</exception>
    public static void CheckPatterns(Rule<string> rule, string text, string name)
    {
        if (rule.Reject(text) is { } message)
            throw new SettingsException($"{name}: {message}");
    }

    static void CheckIngress(IngressSettings ingress)
    {
        foreach (var (ns, hosts) in ingress.Hosts)
        {
            if (ns != "*")
                CheckPatterns(NameRules.Label, ns, "ingress.hosts");
            CheckAll(hosts, $"ingress.hosts.{ns}", HostPatternError);
        }
        if (!Duration.TryParse(ingress.HoldHostsFor, out var hold) || hold > _longestHold)
        {
            throw new SettingsException(
                $"ingress.holdHostsFor: {Quote.Text(ingress.HoldHostsFor)} is not a duration of at most "
                + $"{_longestHold}, such as 7d or 12h");
        }
        CheckAll(ingress.Annotations, "ingress.annotations", text => KeyPatternError(text, "an annotation's name"));
        CheckAll(ingress.TrustedProxies, "ingress.trustedProxies", NetworkError);
    }

    static void CheckDns(DnsPeer dns, string path)
    {
        CheckPatterns(NameRules.Label, dns.Namespace, $"{path}.namespace");
        foreach (var (key, value) in dns.PodLabels)
        {
            CheckPatterns(LabelRules.LabelKey, key, $"{path}.podLabels");
            CheckPatterns(LabelRules.LabelValue, value, $"{path}.podLabels.{key}");
        }
    }

    static void CheckAll(IEnumerable<string> texts, string name, Func<string, string?> whyNot)
    {
        foreach (var (index, text) in texts.Index())
        {
            if (whyNot(text) is { } message)
                throw new SettingsException($"{name}[{index}]: {message}");
        }
    }

    static string? ImagePatternError(string text) => ImagePatternRegex().IsMatch(text) ? null
        : $"{Quote.Text(text)} is not an image, in which '*' stands for any characters but '/'";

    static string? DestinationError(string text) =>
        IPNetwork.TryParse(text, out _) || IPAddress.TryParse(text, out _) || HostRegex().IsMatch(text) ? null
        : $"{Quote.Text(text)} is not a host, *.DOMAIN, an IP address, or a CIDR such as 10.0.0.0/8";

    static string? NetworkError(string text) => IPNetwork.TryParse(text, out _) || IPAddress.TryParse(text, out _)
        ? null
        : $"{Quote.Text(text)} is not an IP address, or a CIDR such as 10.0.0.0/8";

    /// <summary>Resources write hosts in small letters; a pattern's case does not matter.</summary>
    static string? HostPatternError(string text) =>
        AddressRules.Host.Reject(text[(text.StartsWith("*.", StringComparison.Ordinal) ? 2 : 0)..].ToLowerInvariant())
            is null ? null
        : $"{Quote.Text(text)} is not a host, or *.DOMAIN, in which '*' stands for one label";

    static string? KeyPatternError(string text, string what) => KeyPatternRegex().IsMatch(text) ? null
        : $"{Quote.Text(text)} is not {what}, or the beginning of one and '*'";

    [GeneratedRegex(@"^[-._:/@*A-Za-z0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex ImagePatternRegex();

    // What ends in a number is an IP address, or a mistake in one.
    [GeneratedRegex(
        @"^([*][.])?([A-Za-z0-9]([-_A-Za-z0-9]*[A-Za-z0-9])?[.])*[-_A-Za-z0-9]*[A-Za-z][-_A-Za-z0-9]*\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex HostRegex();

    // A name with or without a domain; or what either may begin with, and the '*'.
    [GeneratedRegex(
        @"^([a-z0-9]([-.a-z0-9]*[a-z0-9])?/)?([A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?|([A-Za-z0-9][-._A-Za-z0-9]*)?\*)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex KeyPatternRegex();
}
