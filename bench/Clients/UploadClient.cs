using System.Net;
using System.Text;
using Bench.Servers;

namespace Bench.Clients;

/// <summary>Uploads wheels over one connection, in the form that twine sends, with a Content-Length.</summary>
/// <inheritdoc cref="HttpConnection"/>
sealed class UploadClient(IndexServer server, TimeSpan patience = default, IPAddress? from = null) : IDisposable
{
    const string Boundary = "3f1c5d0e7b2a4c6f9e8d7c6b5a493827";

    readonly HttpConnection _connection = new(server.Address, patience, from);

    /// <exception cref="InvalidOperationException">The server refused the file.</exception>
    public void Upload(Wheel wheel) => Send(wheel).MustSucceed($"{server.Name}, upload of {wheel.FileName}");

    public HttpAnswer Send(Wheel wheel)
    {
        string[] headers =
        [
            $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(server.Login))}",
            $"Content-Type: multipart/form-data; boundary={Boundary}",
        ];
        var form = Encoding.UTF8.GetBytes(Form(wheel));
        var end = Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n");
        return _connection.Post(server.UploadPath, headers, form, wheel.Path, end);
    }

    public void Dispose() => _connection.Dispose();

    static string Form(Wheel wheel)
    {
        var form = new StringBuilder();
        Field("metadata_version", "2.1");
        Field("name", wheel.Project);
        Field("version", wheel.Version);
        Field("summary", "Made by bench");
        Field("requires_python", ">=3.8");
        Field("pyversion", "py3");
        Field("filetype", "bdist_wheel");
        Field("sha256_digest", wheel.Sha256);
        if (wheel.Md5 is { } md5)
            Field("md5_digest", md5);
        if (wheel.Blake2 is { } blake2)
            Field("blake2_256_digest", blake2);
        Field(":action", "file_upload");
        Field("protocol_version", "1");
        form.Append($"--{Boundary}\r\nContent-Type: application/octet-stream\r\n");
        form.Append($"Content-Disposition: form-data; name=\"content\"; filename=\"{wheel.FileName}\"\r\n\r\n");
        return form.ToString();

        void Field(string name, string value) =>
            form.Append($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
}
