using System.Globalization;
using System.Text;

namespace PyRepo.Server.Content.Statistics;

/// <summary>
/// Writes a report as CSV (<see href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</see>), for spreadsheets.
/// </summary>
static class StatisticsCsv
{
    /// <summary>Returns the report, with a line of names first.</summary>
    public static byte[] Write(StatisticsReport report)
    {
        var text = new StringBuilder();
        foreach (var field in report.Query.By)
            text.Append(StatisticsFieldNames.GetName(field)).Append(',');
        text.Append("downloads\r\n");
        foreach (var (cells, downloads) in report.Top())
        {
            foreach (var cell in cells)
                text.Append(Escape(cell ?? "")).Append(',');
            text.Append(CultureInfo.InvariantCulture, $"{downloads}\r\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Quotes a cell where needed. A spreadsheet must not take it for a formula.</summary>
    public static string Escape(string cell)
    {
        if (cell is ['=' or '+' or '-' or '@' or '\t' or '\r', ..])
            cell = $"'{cell}";
        return cell.AsSpan().ContainsAny("\",\r\n")
            ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : cell;
    }
}
