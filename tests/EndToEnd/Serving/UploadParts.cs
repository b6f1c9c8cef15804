using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace EndToEnd.Serving;

/// <summary>
/// The form of an upload, part by part in the order of sending: what no client would send can be made of it.
/// </summary>
public sealed record UploadParts(ImmutableArray<FormPart> Parts)
{
    const string Boundary = "1f6a1a3c0c6d4b5f9f8e7d6c5b4a3928";

    /// <summary>The content type that goes with <see cref="ToArray"/>.</summary>
    public const string ContentType = $"multipart/form-data; boundary={Boundary}";

    /// <summary>The right form for a wheel.</summary>
    public static UploadParts From(TestWheel wheel) => new UploadParts([])
        .Add(":action", "file_upload").Add("protocol_version", "1").Add("metadata_version", "2.1")
        .Add("name", wheel.Project).Add("version", wheel.Version).Add("filetype", "bdist_wheel").Add("pyversion", "py3")
        .Add("sha256_digest", wheel.Sha256)
        .AddFile("content", wheel.FileName, wheel.Bytes);

    /// <summary>One more field at the end.</summary>
    public UploadParts Add(string field, string value) =>
        new(Parts.Add(new FormPart(field, Encoding.UTF8.GetBytes(value))));

    /// <summary>One more file at the end.</summary>
    public UploadParts AddFile(string field, string fileName, ReadOnlyMemory<byte> content) =>
        new(Parts.Add(new FormPart(field, content, fileName)));

    /// <summary>Without a field.</summary>
    public UploadParts Without(string field) => new(Parts.RemoveAll(p => p.Field == field));

    /// <summary>With another value of a field, where it stands.</summary>
    public UploadParts With(string field, string value) => new(
        [.. Parts.Select(p => p.Field == field ? p with { Value = Encoding.UTF8.GetBytes(value) } : p)]);

    /// <summary>With another name of the file.</summary>
    public UploadParts WithFileName(string fileName) => new(
        [.. Parts.Select(p => p.FileName is null ? p : p with { FileName = fileName })]);

    /// <summary>With the file in front of all fields.</summary>
    public UploadParts FileFirst() => new(
        [.. Parts.Where(p => p.FileName is not null), .. Parts.Where(p => p.FileName is null)]);

    /// <summary>The body of the request.</summary>
    public byte[] ToArray()
    {
        using var body = new MemoryStream();
        foreach (var part in Parts)
        {
            body.Write(GetHead(part));
            body.Write(part.Value.Span);
            body.Write("\r\n"u8);
        }
        body.Write(Encoding.ASCII.GetBytes($"--{Boundary}--\r\n"));
        return body.ToArray();
    }

    /// <summary>The body's bytes before and after those of its file, which are not looked at.</summary>
    public (byte[] Before, byte[] After) AroundFile()
    {
        var marker = Guid.NewGuid().ToByteArray();
        var body = new UploadParts([.. Parts.Select(p => p.FileName is null ? p : p with { Value = marker })])
            .ToArray();
        var at = body.AsSpan().IndexOf(marker);
        return (body[..at], body[(at + marker.Length)..]);
    }

    /// <summary>The body of a request by HttpClient.</summary>
    public HttpContent ToContent()
    {
        var content = new ByteArrayContent(ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        return content;
    }

    static byte[] GetHead(FormPart part)
    {
        var head = new StringBuilder();
        head.Append(
            CultureInfo.InvariantCulture, $"--{Boundary}\r\nContent-Disposition: form-data; name=\"{part.Field}\"");
        if (part.FileName is not null)
            head.Append(CultureInfo.InvariantCulture,
                $"; filename=\"{part.FileName}\"\r\nContent-Type: application/octet-stream");
        return Encoding.UTF8.GetBytes(head.Append("\r\n\r\n").ToString());
    }
}
