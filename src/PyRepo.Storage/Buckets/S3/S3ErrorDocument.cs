namespace PyRepo.Storage.Buckets.S3;

/// <summary>The body of an answer that is an error.</summary>
/// <param name="Code">The service's code, or null if it has none.</param>
/// <param name="Message">The service's message.</param>
/// <param name="Region">The bucket's region, if it is another one.</param>
sealed record S3ErrorDocument(string? Code, string? Message, string? Region)
{
    const int MaxLength = 1 << 16;

    /// <summary>Reads the body of an answer. What is not an error of S3 has no code.</summary>
    public static async Task<S3ErrorDocument> ReadAsync(
        HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var document = await S3Document.ReadAsync(response, cancellationToken, MaxLength);
        var region = response.Headers.TryGetValues("x-amz-bucket-region", out var values)
            ? values.FirstOrDefault()
            : null;
        return new(document["Code"], document["Message"], region ?? document["Region"]);
    }
}
