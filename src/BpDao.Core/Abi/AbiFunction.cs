using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace BpDao.Core.Abi;

/// <summary>A function of a contract: selector, arguments, results.</summary>
public sealed class AbiFunction
{
    private readonly byte[] _selector;

    private AbiFunction(string signature, IReadOnlyList<AbiType> inputs, IReadOnlyList<AbiType> outputs)
    {
        Signature = signature;
        Inputs = inputs;
        Outputs = outputs;
        _selector = Keccak256.Hash(Encoding.ASCII.GetBytes(signature)).Bytes[..4].ToArray();
    }

    /// <summary>The canonical name with argument types.</summary>
    public string Signature { get; }

    public IReadOnlyList<AbiType> Inputs { get; }

    public IReadOnlyList<AbiType> Outputs { get; }

    /// <summary>Four bytes.</summary>
    public ReadOnlySpan<byte> Selector => _selector;

    /// <summary>Reads <c>name(types)</c>, and <c>(types)</c> of results behind it when there are any: <c>producerAt(uint64,uint32)(uint32)</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static AbiFunction Parse(string text)
    {
        AbiTypeParser parser = new(text);
        string name = parser.ReadName();
        List<AbiType>? outputs = [];
        if (name.Length == 0 || !parser.Skip('(') || parser.ReadListToEnd(out _) is not { } inputs
            || (parser.Skip('(') && (outputs = parser.ReadListToEnd(out _)) is null) || !parser.AtEnd)
        {
            throw new FormatException($"'{text}' is not a function.");
        }

        return new AbiFunction($"{name}({string.Join(',', inputs)})", inputs, outputs);
    }

    /// <summary>Call data.</summary>
    /// <exception cref="ArgumentException">A value does not fit its type: a fault of the calling code.</exception>
    public byte[] Encode(params ReadOnlySpan<object> arguments) => [.. _selector, .. AbiEncoder.Encode(Inputs, arguments)];

    /// <summary>Arguments from call data; false when the selector is another one.</summary>
    public bool TryDecodeInput(ReadOnlySpan<byte> data, [NotNullWhen(true)] out object[]? arguments)
    {
        arguments = null;
        return data.StartsWith(_selector) && AbiDecoder.TryDecode(Inputs, data[4..], out arguments);
    }

    /// <summary>Results from return data.</summary>
    public bool TryDecodeOutput(ReadOnlySpan<byte> data, [NotNullWhen(true)] out object[]? results) => AbiDecoder.TryDecode(Outputs, data, out results);

    public override string ToString() => Signature;
}
