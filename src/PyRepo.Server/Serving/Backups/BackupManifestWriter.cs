using System.Buffers;
using System.IO.Compression;
using System.Text.Json;

namespace PyRepo.Server.Serving.Backups;

/// <summary>Writes the manifest of a backup. Lines may be added side by side.</summary>
sealed class BackupManifestWriter : IAsyncDisposable
{
    readonly HashedStagedObject _staged;
    readonly GZipStream _lines;
    readonly SemaphoreSlim _writing = new(1);
    readonly ArrayBufferWriter<byte> _line = new();

    /// <param name="staged">Receives the compressed bytes.</param>
    public BackupManifestWriter(HashedStagedObject staged)
    {
        _staged = staged;
        _lines = new GZipStream(new StagedWriteStream(staged), CompressionLevel.Fastest);
    }

    /// <summary>The number of lines.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a line.</summary>
    public async Task AddAsync(BackupEntry entry, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (Count == BackupIndex.MaxLines)
                throw new InvalidDataException($"The repository has more than {BackupIndex.MaxLines} objects.");
            _line.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(_line))
                JsonSerializer.Serialize(json, entry, BackupJson.Default.BackupEntry);
            _line.Write("\n"u8);
            await _lines.WriteAsync(_line.WrittenMemory, cancellationToken);
            Count++;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends the manifest. Returns its bytes.</summary>
    public async Task<HashedStagedObject> FinishAsync()
    {
        await _lines.DisposeAsync();
        return _staged;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _writing.Dispose();
        await _staged.DisposeAsync();
    }
}
