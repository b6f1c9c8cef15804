using System.Xml.Linq;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Finds the lifecycle rules of a bucket that delete current objects.</summary>
static class S3Lifecycle
{
    /// <inheritdoc cref="IBucketClient.FindExpirationsAsync"/>
    public static async Task<IReadOnlyList<string>?> FindExpirationsAsync(
        S3Connection connection, string prefix, CancellationToken cancellationToken) =>
        await S3Configuration.FindAsync(connection, "lifecycle", cancellationToken) is { } rules
            ? [.. Find(rules, prefix)] : null;

    static IEnumerable<string> Find(XElement rules, string prefix) =>
        from rule in Children(rules, "Rule")
        where Text(rule, "Status") == "Enabled"
        // PyRepo's objects have no tags.
        where !rule.Descendants().Any(element => element.Name.LocalName == "Tag")
        from expiration in Children(rule, "Expiration")
        where Text(expiration, "Days") is not null || Text(expiration, "Date") is not null
        let below = FindPrefix(rule)
        where prefix.StartsWith(below, StringComparison.Ordinal) || below.StartsWith(prefix, StringComparison.Ordinal)
        let after = Text(expiration, "Days") is { } days ? $"after {days} days" : $"on {Text(expiration, "Date")}"
        select $"The lifecycle rule '{Text(rule, "ID")}' deletes objects below '{below}' {after}.";

    /// <summary>The prefix is in the rule, in its filter, or beside tags in an And.</summary>
    static string FindPrefix(XElement rule) => rule.Descendants()
        .FirstOrDefault(element => element.Name.LocalName == "Prefix")?.Value ?? "";

    static IEnumerable<XElement> Children(XElement element, string name) =>
        element.Elements().Where(child => child.Name.LocalName == name);

    static string? Text(XElement element, string name) => Children(element, name).FirstOrDefault()?.Value;
}
