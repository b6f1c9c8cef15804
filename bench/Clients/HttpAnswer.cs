using System.Text;

namespace Bench.Clients;

/// <summary>An answer's status, headers (lower case) and, where it was kept, body.</summary>
sealed record HttpAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <exception cref="InvalidOperationException">The status is not 2xx.</exception>
    public HttpAnswer MustSucceed(string what) => Status is >= 200 and < 300
        ? this
        : throw new InvalidOperationException($"{what}: {Status} {Text}");
}
