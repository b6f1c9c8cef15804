using Microsoft.Extensions.Logging;
using PyRepo.Server.Platform.Tls;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Platform.Tls;

public sealed class TlsCertificateTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly MadePair _first = MadePair.Curve();
    readonly MadePair _second = MadePair.Curve();
    readonly Lines _log = new();
    readonly TlsFiles _files;
    readonly TlsCertificate _certificate;

    public TlsCertificateTests()
    {
        _files = new TlsFiles(_folder.At("tls.crt"), _folder.At("tls.key"));
        Write(_first.Certificate, _first.Key);
        _certificate = new TlsCertificate(_files, new TlsPair(_files.Read()), _log);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void Unchanged_files_leave_the_pair_in_use()
    {
        var before = _certificate.Current;
        Write(_first.Certificate, _first.Key);
        _certificate.Poll();
        Assert.Same(before, _certificate.Current);
        Assert.Empty(_log.All);
    }

    [Fact]
    public void A_new_pair_is_used_and_its_expiry_is_logged_once()
    {
        Write(_second.Certificate, _second.Key);
        _certificate.Poll();
        _certificate.Poll();
        Assert.Equal(_second.Texts, _certificate.Current.Texts);
        Assert.Contains($"{_second.Expires.UtcDateTime:yyyy-MM-dd}", Assert.Single(_log.All), StringComparison.Ordinal);
    }

    [Fact]
    public void An_incomplete_pair_leaves_the_last_one_in_use_and_is_reported_once()
    {
        Write(_second.Certificate, _first.Key);
        _certificate.Poll();
        _certificate.Poll();
        Assert.Equal(_first.Texts, _certificate.Current.Texts);
        Assert.Contains(
            $"{_files.Key}: the private key does not belong", Assert.Single(_log.All), StringComparison.Ordinal);

        File.Delete(_files.Key);
        _certificate.Poll();
        _certificate.Poll();
        Assert.Contains("there is no such file", _log.All[1], StringComparison.Ordinal);
        Assert.Equal(2, _log.All.Count);

        Write(_second.Certificate, _second.Key);
        _certificate.Poll();
        Assert.Equal(_second.Texts, _certificate.Current.Texts);
        Write(_second.Certificate, _first.Key);
        _certificate.Poll();
        Assert.Equal(4, _log.All.Count);
    }

    [Fact]
    public void A_folder_swapped_by_a_kubelet_is_noticed()
    {
        foreach (var (name, made) in (IEnumerable<(string, MadePair)>)[("..1", _first), ("..2", _second)])
        {
            _folder.Write($"{name}/tls.crt", made.Certificate);
            _folder.Write($"{name}/tls.key", made.Key);
        }
        File.CreateSymbolicLink(_folder.At("..data"), "..1");
        var files = new TlsFiles(_folder.At("..data", "tls.crt"), _folder.At("..data", "tls.key"));
        var certificate = new TlsCertificate(files, new TlsPair(files.Read()), _log);
        File.Delete(_folder.At("..data"));
        File.CreateSymbolicLink(_folder.At("..data"), "..2");
        certificate.Poll();
        Assert.Equal(_second.Texts, certificate.Current.Texts);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/tmp")]
    [InlineData("/tmp/pyrepo-is-not-there/tls.crt")]
    public void A_path_that_is_not_a_file_never_blocks(string path)
    {
        var error = Assert.Throws<TlsException>(() => new TlsFiles(path, _files.Key).Read());
        Assert.Equal(TlsPart.Certificate, error.Part);
    }

    void Write(string certificate, string key)
    {
        File.WriteAllText(_files.Certificate, certificate);
        File.WriteAllText(_files.Key, key);
    }

    sealed class Lines : ILogger<TlsCertificate>
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => All.Add(formatter(state, exception));
    }
}
