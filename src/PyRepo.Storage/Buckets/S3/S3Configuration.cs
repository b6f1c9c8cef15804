using System.Xml;
using System.Xml.Linq;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Reads a part of a bucket's configuration.</summary>
static class S3Configuration
{
    /// <summary>A thousand lifecycle rules, S3's limit, have about half of it.</summary>
    const int MaxLength = 1 << 20;

    /// <summary>
    /// Returns the root of the XML, which is empty if the bucket has no such configuration or the service knows none;
    /// null if it cannot be read.
    /// </summary>
    /// <param name="connection">The bucket.</param>
    /// <param name="name">The part, as the query names it: <c>lifecycle</c>.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<XElement?> FindAsync(
        S3Connection connection, string name, CancellationToken cancellationToken)
    {
        var request = new S3Request(HttpMethod.Get, null) { Query = [(name, "")] };
        try
        {
            return await connection.SendAsync(request, ReadAsync, cancellationToken);
        }
        catch (BucketException error) when (error.Code is BucketException.NotImplemented
            or "NoSuchLifecycleConfiguration" or "ObjectLockConfigurationNotFoundError"
            or "NoSuchObjectLockConfiguration")
        {
            return new XElement("None");
        }
        // The credentials may not see it. That the bucket is missing, others say better.
        catch (BucketException error) when (!error.IsTransient && error.Code is not "NoSuchBucket")
        {
            return null;
        }
    }

    static async Task<XElement?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var xml = new byte[MaxLength];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await body.ReadAtLeastAsync(xml, xml.Length, throwOnEndOfStream: false, cancellationToken);
        try
        {
            using var reader = BucketXml.Read(new MemoryStream(xml, 0, length));
            return XDocument.Load(reader).Root;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
