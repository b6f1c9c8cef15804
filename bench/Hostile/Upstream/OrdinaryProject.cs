using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Bench.Hostile.Upstream;

/// <summary>What an upstream that behaves would answer: a page of sdists with their hashes, and their bytes.</summary>
static class OrdinaryProject
{
    public const int FileLength = 100_000;

    /// <summary>The projects that the list of all names has.</summary>
    public const int Listed = 200;

    /// <summary>The media type of its pages.</summary>
    public const string Json = "application/vnd.pypi.simple.v1+json";

    public static string GetFile(string project, int version = 0) => $"{project}-1.{version}.tar.gz";

    /// <summary>Only the first file of a page has a hash that is true: nobody asks for another.</summary>
    public static string GetHash(string project) =>
        Convert.ToHexStringLower(SHA256.HashData(GetBytes(GetFile(project))));

    public static Task SendPageAsync(HttpResponse response, string project, int files)
    {
        var text = new StringBuilder();
        text.Append("{\"meta\":{\"api-version\":\"1.1\"},\"name\":\"").Append(project).Append("\",\"versions\":[");
        text.AppendJoin(',', Enumerable.Range(0, files).Select(n => $"\"1.{n}\""));
        text.Append("],\"files\":[");
        var hash = GetHash(project);
        text.AppendJoin(',', Enumerable.Range(0, files).Select(n =>
            $$"""
            {"filename":"{{GetFile(project, n)}}","hashes":{"sha256":"{{(n == 0 ? hash : OtherHash(n))}}"},
            "url":"/files/{{GetFile(project, n)}}","size":{{FileLength}},"upload-time":"2024-01-01T00:00:00Z"}
            """));
        response.ContentType = Json;
        return response.WriteAsync(text.Append("]}").ToString());
    }

    public static Task SendListAsync(HttpResponse response)
    {
        var names = Enumerable.Range(0, Listed).Select(n => $$"""{"name":"honest-{{n}}"}""");
        response.ContentType = Json;
        return response.WriteAsync($$"""{"meta":{"api-version":"1.1"},"projects":[{{string.Join(',', names)}}]}""");
    }

    public static Task SendFileAsync(HttpResponse response, string file)
    {
        response.ContentType = "application/octet-stream";
        response.ContentLength = FileLength;
        return response.Body.WriteAsync(GetBytes(file)).AsTask();
    }

    static string OtherHash(int n) => n.ToString("x64", CultureInfo.InvariantCulture);

    static byte[] GetBytes(string file)
    {
        var bytes = new byte[FileLength];
        var name = Encoding.UTF8.GetBytes(file);
        for (var n = 0; n < bytes.Length; n++)
            bytes[n] = (byte)(name[n % name.Length] + n / 251);
        return bytes;
    }
}
