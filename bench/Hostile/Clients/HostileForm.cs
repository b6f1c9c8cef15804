using System.Text;

namespace Bench.Hostile.Clients;

/// <summary>Requests of uploads to <c>/hosted/</c> by somebody who may upload.</summary>
static class HostileForm
{
    const string Boundary = "b0f1c2d3e4a59687";

    /// <summary>An upload of a file, with the fields that it needs.</summary>
    public static byte[] Upload(
        ServerUnderTest server, string project, string fileName, byte[] content, string version = "1.0") =>
        Request(server, [.. Fields(project, version), .. File(fileName), .. content, .. End()]);

    /// <summary>An upload with a large field, but for its end.</summary>
    public static byte[] WithField(ServerUnderTest server, string project, string field, int length) =>
        Request(server, [.. Fields(project), .. Field(field, new string('x', length)), .. End()])[..^2];

    static byte[] Request(ServerUnderTest server, byte[] body) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"POST /hosted/ HTTP/1.1\r\nHost: {server.Packages.Authority}\r\n"
            + $"Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes(server.Hosted.Login))}\r\n"
            + $"Content-Type: multipart/form-data; boundary={Boundary}\r\nConnection: close\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];

    static byte[] Fields(string project, string version = "1.0") =>
    [
        .. Field(":action", "file_upload"), .. Field("protocol_version", "1"), .. Field("name", project),
        .. Field("version", version),
    ];

    static byte[] Field(string name, string value) => Encoding.ASCII.GetBytes(
        $"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");

    static byte[] File(string fileName) => Encoding.ASCII.GetBytes(
        $"--{Boundary}\r\nContent-Disposition: form-data; name=\"content\"; filename=\"{fileName}\"\r\n\r\n");

    static byte[] End() => Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n");
}
