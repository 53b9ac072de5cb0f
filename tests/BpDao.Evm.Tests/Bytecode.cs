using BpDao.Core;

namespace BpDao.Evm.Tests;

/// <summary>Writes code as a test reads it.</summary>
internal sealed class Bytecode
{
    private readonly List<byte> _bytes = [];

    public int Position => _bytes.Count;

    public static Bytecode Of(params Opcode[] ops) => new Bytecode().Op(ops);

    public Bytecode Op(params Opcode[] ops)
    {
        foreach (Opcode op in ops) _bytes.Add((byte)op);
        return this;
    }

    /// <summary>The shortest PUSH of a number; PUSH1 for zero, which every fork has.</summary>
    public Bytecode Push(UInt256 value)
    {
        int length = Math.Max(1, (value.BitLength + 7) / 8);
        _bytes.Add((byte)(Opcode.PUSH0 + (byte)length));
        _bytes.AddRange(value.ToBigEndian()[(32 - length)..]);
        return this;
    }

    public Bytecode Push(Address address) => Push(Word.Of(address));

    public Bytecode Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public Bytecode Sstore(UInt256 slot, UInt256 value) => Push(value).Push(slot).Op(Opcode.SSTORE);

    /// <summary>Returns the top of the stack.</summary>
    public Bytecode ReturnTop() => Push(0).Op(Opcode.MSTORE).Push(32).Push(0).Op(Opcode.RETURN);

    /// <summary>CALL with no data and all gas; leaves the success word.</summary>
    public Bytecode Call(Address to, UInt256 value) =>
        Push(0).Push(0).Push(0).Push(0).Push(value).Push(to).Op(Opcode.GAS, Opcode.CALL);

    /// <summary>STATICCALL with no data and all gas; leaves the success word.</summary>
    public Bytecode StaticCall(Address to) => Push(0).Push(0).Push(0).Push(0).Push(to).Op(Opcode.GAS, Opcode.STATICCALL);

    /// <summary>Init code that deploys this.</summary>
    public byte[] Deploying()
    {
        byte[] code = Done();
        Bytecode init = new();
        // Twelve bytes: push length, push offset, push target, copy, push length, push target, return.
        init.Push((ulong)code.Length).Push(12).Push(0).Op(Opcode.CODECOPY).Push((ulong)code.Length).Push(0).Op(Opcode.RETURN);
        return [.. init.Done(), .. code];
    }

    public byte[] Done() => [.. _bytes];
}
