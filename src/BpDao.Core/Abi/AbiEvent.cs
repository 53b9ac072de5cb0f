using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace BpDao.Core.Abi;

/// <summary>An event of a contract.</summary>
public sealed class AbiEvent
{
    private readonly IReadOnlyList<AbiType> _types;
    private readonly IReadOnlyList<bool> _indexed;

    private AbiEvent(string signature, IReadOnlyList<AbiType> types, IReadOnlyList<bool> indexed)
    {
        Signature = signature;
        _types = types;
        _indexed = indexed;
        Topic = Keccak256.Hash(Encoding.ASCII.GetBytes(signature));
    }

    /// <summary>The canonical name with types.</summary>
    public string Signature { get; }

    /// <summary>The first topic of its logs.</summary>
    public Hash256 Topic { get; }

    /// <summary>Reads <c>Name(type indexed,type,…)</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static AbiEvent Parse(string text)
    {
        AbiTypeParser parser = new(text);
        string name = parser.ReadName();
        if (name.Length == 0 || !parser.Skip('(') || parser.ReadListToEnd(out List<bool> indexed) is not { } types || !parser.AtEnd)
        {
            throw new FormatException($"'{text}' is not an event.");
        }

        return new AbiEvent($"{name}({string.Join(',', types)})", types, indexed);
    }

    /// <summary>The values in order of declaration; false when the log is of another event. An indexed value of a dynamic type is
    /// the hash that the topic holds, as 32 bytes.</summary>
    public bool TryDecode(LogEntry log, [NotNullWhen(true)] out object[]? values)
    {
        values = null;
        if (log.Topics.Count != 1 + _indexed.Count(i => i) || log.Topics[0] != Topic) return false;
        List<AbiType> inData = [];
        for (int i = 0; i < _types.Count; i++)
        {
            if (!_indexed[i]) inData.Add(_types[i]);
        }

        if (!AbiDecoder.TryDecode(inData, log.Data.Span, out object[]? data)) return false;
        object[] all = new object[_types.Count];
        (int topic, int next) = (1, 0);
        for (int i = 0; i < all.Length; i++)
        {
            if (!_indexed[i])
            {
                all[i] = data[next++];
                continue;
            }

            Hash256 word = log.Topics[topic++];
            bool isValue = !_types[i].IsDynamic && _types[i].Kind is not (AbiKind.Array or AbiKind.Tuple);
            if (!isValue) all[i] = word.ToArray();
            else if (AbiDecoder.TryDecode([_types[i]], word.Bytes, out object[]? single)) all[i] = single[0];
            else return false;
        }

        values = all;
        return true;
    }

    public override string ToString() => Signature;
}
