using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>Reads the form of an upload part by part. The parts may be in any order.</summary>
/// <remarks>
/// Each classifier and each requirement is a part of its own, so there may be thousands of small parts. A part that
/// nothing reads is discarded as it arrives.
/// </remarks>
sealed class UploadRequest
{
    /// <summary>The length of the reader's buffer, which nothing gives back: a small upload has a smaller one.</summary>
    const int MinBuffer = 4 << 10, MaxBuffer = 64 << 10;

    /// <summary>A large field grows by so much at a time. As bytes and as UTF-16, it takes three times as much.</summary>
    const int FieldStep = 16 << 10, FieldWeight = 3;
    const string File = "content";

    /// <summary>Older versions of twine send a signature. Nobody verifies it.</summary>
    const string Signature = "gpg_signature";

    readonly MultipartReader _reader;
    readonly UploadShare _share;
    readonly byte[] _buffer = new byte[4096];
    int _parts;
    int _length;

    /// <exception cref="RejectedException">The request is not multipart/form-data.</exception>
    public UploadRequest(HttpRequest request, UploadShare share)
        : this(request.ContentType, request.Body, share, request.ContentLength)
    {
    }

    /// <exception cref="RejectedException">The content type is not multipart/form-data.</exception>
    public UploadRequest(string? contentType, Stream body, UploadShare share, long? length = null)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
        {
            throw new RejectedException(
                RejectionReason.Invalid, "An upload must be a POST of multipart/form-data, as twine and uv send it.");
        }
        _share = share;
        var buffer = (int)Math.Clamp(length ?? MaxBuffer, MinBuffer, MaxBuffer);
        _reader = new MultipartReader(boundary.ToString(), body, buffer);
    }

    /// <summary>The fields read so far.</summary>
    public UploadForm Form { get; } = new();

    /// <summary>
    /// Reads fields into <see cref="Form"/> up to the file. Returns null at the end of the form.
    /// </summary>
    /// <exception cref="RejectedException">The form is malformed or truncated.</exception>
    public Task<FilePart?> ReadToFileAsync(CancellationToken cancellationToken) =>
        ReadAsync(isEnough: () => false, cancellationToken);

    /// <summary>
    /// Reads fields into <see cref="Form"/> up to the project's name or the file. Returns null if the name comes
    /// first, and at the end of the form.
    /// </summary>
    /// <exception cref="RejectedException">The form is malformed or truncated.</exception>
    public Task<FilePart?> ReadToNameAsync(CancellationToken cancellationToken) =>
        ReadAsync(isEnough: () => Form.Name is not null, cancellationToken);

    async Task<FilePart?> ReadAsync(Func<bool> isEnough, CancellationToken cancellationToken)
    {
        try
        {
            while (!isEnough() && await _reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                    throw new RejectedException(
                        RejectionReason.Invalid, "A part of the form has no Content-Disposition.");
                var field = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
                var fileName = GetFileName(disposition);
                if (fileName is not null && field == File)
                    return new FilePart(fileName, section.Body);
                if (fileName is not null && field != Signature)
                    throw new RejectedException(RejectionReason.Invalid, $"The field '{field}' should not be a file.");
                await ReadFieldAsync(field, section.Body, cancellationToken);
            }
            return null;
        }
        catch (Exception error) when (MeansMalformed(error))
        {
            throw Malformed(error);
        }
    }

    /// <summary>Reads a file part until the buffer is full or the part ends.</summary>
    /// <exception cref="RejectedException">The form is malformed or truncated.</exception>
    public static async Task<int> FillAsync(Stream part, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await part.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception error) when (MeansMalformed(error))
        {
            throw Malformed(error);
        }
    }

    static bool MeansMalformed(Exception error) =>
        error is InvalidDataException || (error is IOException and not BadHttpRequestException);

    static RejectedException TooLong(UploadField field) =>
        new(RejectionReason.Invalid, $"The field '{field.Name}' has more than {field.MaxLength >> 10} KiB.");

    static RejectedException Malformed(Exception error) => new(RejectionReason.Invalid, error is InvalidDataException
        ? $"The form could not be read: it is malformed. {error.Message.TrimEnd()}"
        : "The form could not be read: it ends before its last boundary, as if it was cut off. Upload it again.");

    /// <summary>Keeps a field that something reads, unless it has a value already, and discards any other.</summary>
    async Task ReadFieldAsync(string name, Stream body, CancellationToken cancellationToken)
    {
        if (++_parts > ServerLimits.MaxUploadFields)
        {
            throw new RejectedException(
                RejectionReason.Invalid, $"The form has more than {ServerLimits.MaxUploadFields} fields.");
        }
        if (UploadField.Find(name) is { } field && Form[field] is null)
        {
            Form.Add(field, await ReadTextAsync(field, body, cancellationToken));
            return;
        }
        await DiscardAsync(body, cancellationToken);
    }

    async Task DiscardAsync(Stream body, CancellationToken cancellationToken)
    {
        while ((await ReadPieceAsync(body, cancellationToken)).Length > 0)
            ;
    }

    async Task<string> ReadTextAsync(UploadField field, Stream body, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var room = field.IsLarge ? 0L : field.MaxLength;
        while (await ReadPieceAsync(body, cancellationToken) is { Length: > 0 } piece)
        {
            if (text.Length + piece.Length > field.MaxLength)
            {
                if (!field.IsLeftOutIfLonger)
                    throw TooLong(field);
                await DiscardAsync(body, cancellationToken);
                return "";
            }
            for (; room < text.Length + piece.Length; room += FieldStep)
                await _share.GrowAsync(FieldStep * FieldWeight, cancellationToken);
            text.Write(piece.Span);
        }
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    async ValueTask<ReadOnlyMemory<byte>> ReadPieceAsync(Stream body, CancellationToken cancellationToken)
    {
        var read = await body.ReadAsync(_buffer, cancellationToken);
        if ((_length += read) > ServerLimits.MaxUploadFieldsLength)
        {
            throw new RejectedException(
                RejectionReason.Invalid,
                $"The form's fields take more than {ServerLimits.MaxUploadFieldsLength >> 20} MiB.");
        }
        return _buffer.AsMemory(0, read);
    }

    static string? GetFileName(ContentDispositionHeaderValue disposition)
    {
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
        return name.HasValue ? HeaderUtilities.UnescapeAsQuotedString(name).ToString() : null;
    }
}

/// <summary>The file of the form: its part <c>content</c>.</summary>
/// <param name="FileName">The file's name as the client sent it.</param>
/// <param name="Body">The file's bytes. They must be read before the next part.</param>
readonly record struct FilePart(string FileName, Stream Body);
