using System.Text;
using Microsoft.AspNetCore.Http;

namespace PyRepo.Server.Tests.Endpoints.Uploads;

/// <summary>Builds the exact body of a multipart/form-data request, part by part.</summary>
sealed class FormBody(string boundary = "frontier")
{
    readonly MemoryStream _bytes = new();

    public FormBody Field(string name, string value) => Part($"Content-Disposition: form-data; name=\"{name}\"", value);

    public FormBody File(string name, byte[] content, string fileName = "foo-1.0-py3-none-any.whl") =>
        Part(
            $"Content-Disposition: form-data; name=\"{name}\"; filename=\"{fileName}\"\r\n"
            + "Content-Type: application/octet-stream", content);

    public FormBody Part(string headers, string content) => Part(headers, Encoding.UTF8.GetBytes(content));

    public FormBody Part(string headers, byte[] content)
    {
        Write($"--{boundary}\r\n{headers}\r\n\r\n");
        _bytes.Write(content);
        Write("\r\n");
        return this;
    }

    /// <summary>Returns the whole body, including the end of the form.</summary>
    public byte[] ToArray()
    {
        var end = Encoding.UTF8.GetBytes($"--{boundary}--\r\n");
        return [.. _bytes.ToArray(), .. end];
    }

    /// <summary>Creates a request with this body.</summary>
    /// <param name="cut">The number of bytes to remove from the end.</param>
    /// <param name="contentType">The content type, or null for the type that matches the body.</param>
    public HttpRequest ToRequest(int cut = 0, string? contentType = null) =>
        GetRequest(contentType ?? $"multipart/form-data; boundary={boundary}", ToArray()[..^cut]);

    public static HttpRequest GetRequest(string? contentType, byte[] body)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = contentType;
        request.Body = new MemoryStream(body);
        return request;
    }

    void Write(string text) => _bytes.Write(Encoding.UTF8.GetBytes(text));
}
