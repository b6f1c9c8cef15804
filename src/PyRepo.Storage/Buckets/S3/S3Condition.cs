using System.Net;
using System.Net.Http.Headers;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Conditions of writes.</summary>
static class S3Condition
{
    /// <summary>Adds the header of a condition.</summary>
    public static void Set(HttpRequestHeaders headers, WriteCondition condition)
    {
        if (condition.MustBeAbsent)
            headers.TryAddWithoutValidation("If-None-Match", "*");
        else if (condition.EntityTag is { } tag)
            headers.TryAddWithoutValidation("If-Match", tag);
    }

    /// <summary>Returns the error of a write whose condition was broken, or null if it failed otherwise.</summary>
    public static PreconditionFailedException? FindError(S3Request request, HttpStatusCode status, string? code)
    {
        var (name, condition) = (request.Name, request.Condition);
        if (condition == WriteCondition.None || !IsBroken(status, code))
            return null;
        return new(condition.MustBeAbsent
            ? $"There is already an object at '{name}'."
            : $"The object at '{name}' no longer has the version {condition.Version}.")
        {
            IsByConcurrentWrite = status == HttpStatusCode.Conflict,
        };
    }

    /// <summary>409 is the answer to all but one of several concurrent writes.</summary>
    static bool IsBroken(HttpStatusCode status, string? code) =>
        status is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict
        || (status == HttpStatusCode.NotFound && code == "NoSuchKey");
}
