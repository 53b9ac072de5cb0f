using System.Globalization;
using System.Text;
using BpDao.Core;

namespace BpDao.Evm.Tracing;

/// <summary>Writes one JSON line for each instruction (EIP-3155), its members in the order in which geth writes them.</summary>
/// <param name="returnData">Whether lines hold what the last call returned.</param>
public sealed class Eip3155Tracer(TextWriter output, bool returnData = true) : ITxTracer
{
    private readonly StringBuilder _line = new();
    private readonly StringBuilder _rest = new();

    public bool TracesOpcodes => true;

    public void OnEnter(in FrameStart frame)
    {
    }

    public void OnExit(in FrameEnd frame)
    {
    }

    public void OnOpcode(in OpcodeStep step)
    {
        // The cost is known when the instruction has run, and what stood before it is gone by then.
        _line.Clear();
        _rest.Clear();
        _line.Append(CultureInfo.InvariantCulture, $"{{\"pc\":{step.Pc},\"op\":{step.Opcode},\"gas\":\"0x{step.Gas:x}\"");
        _rest.Append(CultureInfo.InvariantCulture, $",\"memSize\":{step.Memory.Length},\"stack\":[");
        for (int i = 0; i < step.Stack.Length; i++)
        {
            if (i != 0) _rest.Append(',');
            _rest.Append('"').Append(step.Stack[i].ToHexQuantity()).Append('"');
        }

        _rest.Append(']');
        if (returnData && !step.ReturnData.IsEmpty) _rest.Append(",\"returnData\":\"").Append(Hex.Encode(step.ReturnData)).Append('"');
        _rest.Append(CultureInfo.InvariantCulture, $",\"depth\":{step.Depth + 1},\"refund\":{step.Refund},\"opName\":\"{NameOf(step.Opcode)}\"");
    }

    public void OnOpcodeDone(long gasCost, HaltReason halt)
    {
        _line.Append(CultureInfo.InvariantCulture, $",\"gasCost\":\"0x{gasCost:x}\"").Append(_rest);
        if (halt is not (HaltReason.None or HaltReason.Reverted)) _line.Append(",\"error\":\"").Append(halt).Append('"');
        output.WriteLine(_line.Append('}').ToString());
    }

    public void OnSelfDestruct(in Address contract, in Address beneficiary, in UInt256 balance)
    {
    }

    private static string NameOf(byte opcode) =>
        Enum.IsDefined((Opcode)opcode) ? ((Opcode)opcode).ToString() : string.Create(CultureInfo.InvariantCulture, $"opcode 0x{opcode:x2}");
}
