using System.Xml;

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
        var region = response.Headers.TryGetValues("x-amz-bucket-region", out var values)
            ? values.FirstOrDefault()
            : null;
        var body = new byte[MaxLength];
        var length = await (await response.Content.ReadAsStreamAsync(cancellationToken))
            .ReadAtLeastAsync(body, MaxLength, throwOnEndOfStream: false, cancellationToken);
        try
        {
            return Parse(body.AsSpan(0, length).ToArray(), region);
        }
        catch (XmlException)
        {
            return new(null, null, region);
        }
    }

    static S3ErrorDocument Parse(byte[] body, string? region)
    {
        string? code = null, message = null;
        using var reader = XmlReader.Create(new MemoryStream(body));
        while (reader.Read())
        {
            if (reader is not { NodeType: XmlNodeType.Element, Depth: 1 })
                continue;
            switch (reader.LocalName)
            {
                case "Code":
                    code = reader.ReadString();
                    break;
                case "Message":
                    message = reader.ReadString();
                    break;
                case "Region":
                    region ??= reader.ReadString();
                    break;
            }
        }
        return new(code, message, region);
    }
}
