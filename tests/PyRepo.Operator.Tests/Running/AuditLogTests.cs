using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>Tests look at an audit log while the API server writes it.</summary>
public sealed class AuditLogTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly string _path;
    readonly AuditLog _log;

    public AuditLogTests()
    {
        _path = Path.Combine(_folder.Path, "audit.log");
        _log = new AuditLog(_path);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(int.MaxValue)]
    public void Requests_since_a_moment_are_read_although_the_one_before_was_half_written(int written)
    {
        var (first, second) = (Line("/first"), Line("/second"));
        var half = Math.Min(written, first.Length);
        File.WriteAllText(_path, Line("/before") + first[..half]);
        var mark = _log.End;
        File.AppendAllText(_path, first[half..] + second + Line("/last")[..9]);
        string[] expected = written == 0 ? ["/first", "/second"] : ["/second"];
        Assert.Equal(expected, _log.Read(mark).Select(e => e.RequestUri));
    }

    static string Line(string uri) =>
        $$$"""{"stage":"ResponseComplete","verb":"get","requestURI":"{{{uri}}}","user":{"username":"é"}}""" + "\n";
}
