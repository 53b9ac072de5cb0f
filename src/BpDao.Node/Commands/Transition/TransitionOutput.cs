using System.Buffers;
using System.Text;
using System.Text.Json;

namespace BpDao.Node.Commands.Transition;

/// <summary>Puts the documents where the flags say: files under the base directory, or together on standard output or error.</summary>
internal sealed class TransitionOutput(TransitionOptions options, CommandConsole console)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public void Write(TransitionResult result)
    {
        (string Name, string To, Action<Utf8JsonWriter> Write)[] documents =
        [
            ("alloc", options.OutputAlloc, json => TransitionJson.WriteAlloc(json, result)),
            ("result", options.OutputResult, json => TransitionJson.WriteResult(json, result)),
            ("body", options.OutputBody, json => TransitionJson.WriteBody(json, result)),
        ];
        foreach ((string name, string to, Action<Utf8JsonWriter> write) in documents)
        {
            if (to is not ("" or "stdout" or "stderr")) WriteFile(name, Path.Combine(options.BaseDirectory, to), write);
        }

        WriteTogether(console.Out, [.. documents.Where(d => d.To == "stdout")]);
        WriteTogether(console.Error, [.. documents.Where(d => d.To == "stderr")]);
    }

    private static void WriteTogether(TextWriter output, (string Name, string To, Action<Utf8JsonWriter> Write)[] documents)
    {
        if (documents.Length == 0) return;
        output.WriteLine(Format(json =>
        {
            json.WriteStartObject();
            foreach ((string name, _, Action<Utf8JsonWriter> write) in documents)
            {
                json.WritePropertyName(name);
                write(json);
            }

            json.WriteEndObject();
        }));
    }

    private static void WriteFile(string name, string path, Action<Utf8JsonWriter> write)
    {
        try
        {
            File.WriteAllText(path, Format(write));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TransitionFault.InputOutput($"--output.{name}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static string Format(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Indented)) write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
