using System.Globalization;
using System.Net;
using System.Text;

namespace PyRepo.Operator.Management;

/// <summary>What is answered to a request.</summary>
sealed record HttpAnswer(HttpStatusCode Status, string Text, string ContentType = "text/plain; charset=utf-8")
{
    /// <summary>The bytes of it.</summary>
    /// <param name="hasBody">Whether its text is sent; not to HEAD.</param>
    /// <param name="isLast">Whether the connection ends with it.</param>
    /// <param name="now">The time.</param>
    public byte[] ToBytes(bool hasBody, bool isLast, DateTimeOffset now)
    {
        var length = Encoding.UTF8.GetByteCount(Text);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {(int)Status} {Status}\r\nDate: {now:R}\r\nContent-Type: {ContentType}\r\n"
            + $"Content-Length: {length}\r\n{(isLast ? "Connection: close\r\n" : "")}\r\n");
        return Encoding.UTF8.GetBytes(hasBody ? head + Text : head);
    }
}
