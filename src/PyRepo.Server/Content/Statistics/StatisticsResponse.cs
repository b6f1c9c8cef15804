using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace PyRepo.Server.Content.Statistics;

/// <summary>Writes a report as JSON. A row has a member for each field that was asked for, which may be null.</summary>
static class StatisticsResponse
{
    /// <summary>Returns the report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="repository">The name of the repository.</param>
    /// <param name="notCounted">The members of a group whose downloads are not in the report.</param>
    public static byte[] Write(StatisticsReport report, string repository, IReadOnlyList<string> notCounted)
    {
        var (query, buffer) = (report.Query, new ArrayBufferWriter<byte>());
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("repository", repository);
        json.WriteString("from", query.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteString("to", query.To.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        WriteNames(json, "by", query.By.Select(StatisticsFieldNames.GetName));
        json.WriteNumber("downloads", report.Downloads);
        json.WriteStartArray("rows");
        foreach (var (cells, downloads) in report.Top())
        {
            json.WriteStartObject();
            foreach (var (index, cell) in cells.Index())
                json.WriteString(StatisticsFieldNames.GetName(query.By[index]), cell);
            json.WriteNumber("downloads", downloads);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (notCounted.Count > 0)
            WriteNames(json, "notCounted", notCounted);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    static void WriteNames(Utf8JsonWriter json, string name, IEnumerable<string> names)
    {
        json.WriteStartArray(name);
        foreach (var each in names)
            json.WriteStringValue(each);
        json.WriteEndArray();
    }
}
