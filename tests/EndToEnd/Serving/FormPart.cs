namespace EndToEnd.Serving;

/// <summary>One part of a form; one with a file name is a file.</summary>
public sealed record FormPart(string Field, ReadOnlyMemory<byte> Value, string? FileName = null);
