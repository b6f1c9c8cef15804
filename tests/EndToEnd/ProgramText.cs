using System.Text;

namespace EndToEnd;

/// <summary>What a running program wrote so far to one of its streams.</summary>
/// <param name="stream">What the stream is called in a failure.</param>
public sealed class ProgramText(string stream)
{
    readonly StringBuilder _text = new();

    /// <summary>The whole text, as far as it has been read.</summary>
    public override string ToString()
    {
        lock (_text)
            return _text.ToString();
    }

    /// <summary>Adds a line that the program wrote.</summary>
    public void Add(string? line)
    {
        lock (_text)
            _text.AppendLine(line);
    }

    /// <summary>Waits until the program has written a text.</summary>
    public Task MustHaveAsync(string text) => Eventually.IsAsync(
        $"the {stream} has '{text}'",
        () => Task.FromResult(ToString().Contains(text, StringComparison.Ordinal)), ToString);
}
