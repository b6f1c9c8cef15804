using System.Xml;
using System.Xml.Linq;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Finds the lifecycle rules of a bucket that delete current objects.</summary>
static class S3Lifecycle
{
    /// <summary>A thousand rules, S3's limit, have about half of it.</summary>
    const int MaxLength = 1 << 20;

    /// <inheritdoc cref="IBucketClient.FindExpirationsAsync"/>
    public static async Task<IReadOnlyList<string>> FindExpirationsAsync(
        S3Connection connection, string prefix, CancellationToken cancellationToken)
    {
        var request = new S3Request(HttpMethod.Get, null) { Query = [("lifecycle", "")] };
        try
        {
            return await connection.SendAsync(
                request, (response, token) => ReadAsync(response, prefix, token), cancellationToken);
        }
        catch (BucketException error) when (!error.IsTransient && error.Code is not "NoSuchBucket")
        {
            return []; // There are none, it has none of this, or the credentials may not see them.
        }
    }

    static async Task<IReadOnlyList<string>> ReadAsync(
        HttpResponseMessage response, string prefix, CancellationToken cancellationToken)
    {
        var xml = new byte[MaxLength];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await body.ReadAtLeastAsync(xml, xml.Length, throwOnEndOfStream: false, cancellationToken);
        try
        {
            using var reader = BucketXml.Read(new MemoryStream(xml, 0, length));
            return [.. Find(XDocument.Load(reader).Root!, prefix)];
        }
        catch (XmlException)
        {
            return [];
        }
    }

    static IEnumerable<string> Find(XElement rules, string prefix) =>
        from rule in Children(rules, "Rule")
        where Text(rule, "Status") == "Enabled"
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
