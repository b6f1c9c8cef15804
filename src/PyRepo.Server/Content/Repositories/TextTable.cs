namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// Texts that many files of a project have in common, each once and with a number. A text stays until the history
/// leaves the memory. One thread at a time adds; any may read what was added before it got the number.
/// </summary>
sealed class TextTable
{
    /// <summary>The approximate memory of a text beside its characters, in bytes.</summary>
    const int Overhead = 100;

    readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    string[] _texts = new string[8];

    /// <summary>The approximate memory of all texts, in bytes.</summary>
    public long Weight { get; private set; }

    /// <summary>The text with a number.</summary>
    public string this[int number] => Volatile.Read(ref _texts)[number];

    /// <summary>Returns the number of a text, which is added if it is new.</summary>
    public int GetOrAdd(string text)
    {
        if (_numbers.TryGetValue(text, out var number))
            return number;
        number = _numbers.Count;
        if (number == _texts.Length)
        {
            var larger = new string[2 * number];
            _texts.CopyTo(larger, 0);
            larger[number] = text;
            Volatile.Write(ref _texts, larger);
        }
        _texts[number] = text;
        _numbers.Add(text, number);
        Weight += Overhead + (2L * text.Length);
        return number;
    }
}
