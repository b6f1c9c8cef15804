using System.Text;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

/// <summary>Converts byte offsets to positions. Offsets must be passed in ascending order.</summary>
sealed class JsonPositions(string source, byte[] bytes)
{
    int _line = 1;
    int _lineStart;
    int _scanned;

    public SourcePosition Of(long offset)
    {
        for (; _scanned < offset; _scanned++)
            if (bytes[_scanned] == '\n')
                (_line, _lineStart) = (_line + 1, _scanned + 1);
        return new(source, _line, Encoding.UTF8.GetCharCount(bytes, _lineStart, (int)offset - _lineStart) + 1);
    }
}
