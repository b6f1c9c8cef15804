using System.Net.Http.Headers;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>Conditions as headers. A version is an ETag without its quotation marks.</summary>
static class AzureConditions
{
    /// <summary>Sets the condition of a write.</summary>
    public static void Set(HttpRequestHeaders headers, WriteCondition condition)
    {
        if (condition.MustBeAbsent)
            headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        else if (condition.EntityTag is { } tag)
            headers.TryAddWithoutValidation("If-Match", tag);
    }

    /// <summary>Sets the conditions of a read.</summary>
    public static void Set(HttpRequestHeaders headers, BucketRead read)
    {
        if (read.Match is { } match)
            headers.TryAddWithoutValidation("If-Match", Quoted(match));
        if (read.NoneMatch is { } none)
            headers.TryAddWithoutValidation("If-None-Match", Quoted(none));
    }

    /// <summary>The version that a response tells.</summary>
    public static VersionTag GetVersion(HttpResponseMessage response) =>
        response.Headers.TryGetValues("ETag", out var values)
            ? new(values.First().Trim('"'))
            : throw new BucketException(
                "InvalidResponse", "The answer has no ETag: is the endpoint Azure Blob Storage?");

    static string Quoted(VersionTag version) => $"\"{version}\"";
}
