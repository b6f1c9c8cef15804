using Microsoft.Win32.SafeHandles;
using PyRepo.Storage;

namespace PyRepo.Advisories;

/// <summary>
/// The documents of a database as its source wrote them, by id. They are in a file without a name, because nobody reads
/// most of them.
/// </summary>
/// <remarks>
/// A database is of use without them, so that a full disk takes none of it away: <see cref="Failure"/> says why a
/// document is missing.
/// </remarks>
sealed class AdvisoryDocuments
{
    /// <summary>The place of each document in the file. One that could not be written has no length.</summary>
    readonly Dictionary<string, (long Offset, int Length)> _sections;

    readonly SafeFileHandle? _file;

    AdvisoryDocuments(
        Dictionary<string, (long Offset, int Length)> sections, SafeFileHandle? file, string? failure) =>
        (_sections, _file, Failure) = (sections, file, failure);

    /// <summary>Why a document that the database has may be missing, or null if none is.</summary>
    public string? Failure { get; }

    /// <summary>Returns a document, which is a JSON object, or null if there is none.</summary>
    /// <exception cref="IOException">It cannot be read, or could not be written.</exception>
    public byte[]? Read(string id)
    {
        if (!_sections.TryGetValue(id, out var section))
            return null;
        if (section.Length == 0)
            throw new IOException(Failure);
        var document = new byte[section.Length];
        using var stream = new FileSectionStream(_file!, section.Offset, section.Offset + section.Length);
        stream.ReadExactly(document);
        return document;
    }

    /// <summary>Writes documents. It is not thread-safe.</summary>
    /// <param name="open">Opens the file, once there is something to write.</param>
    public sealed class Writer(Func<SafeFileHandle> open) : IDisposable
    {
        readonly Dictionary<string, (long Offset, int Length)> _sections = new(StringComparer.Ordinal);
        SafeFileHandle? _file;
        string? _failure;
        long _length;

        /// <summary>Removes a document, if it is there.</summary>
        public void Remove(string id) => _sections.Remove(id);

        /// <summary>Adds a document, or puts it in the place of another one.</summary>
        public void Set(string id, ReadOnlySpan<byte> json)
        {
            _sections[id] = default;
            if (_length + json.Length > AdvisoryLimits.MaxKeptLength)
            {
                _failure ??= $"The advisories have more than {AdvisoryLimits.MaxKeptLength >> 20} MiB.";
                return;
            }
            try
            {
                _file ??= open();
                RandomAccess.Write(_file, json, _length);
                _sections[id] = (_length, json.Length);
                _length += json.Length;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                _failure ??= $"The folder for temporary files: {error.Message}";
            }
        }

        /// <summary>Returns the documents. Nothing may be added afterwards.</summary>
        public AdvisoryDocuments Build()
        {
            _sections.TrimExcess();
            var documents = new AdvisoryDocuments(_sections, _file, _failure);
            _file = null;
            return documents;
        }

        /// <summary>Removes the documents, unless they are built.</summary>
        public void Dispose() => _file?.Dispose();
    }
}
