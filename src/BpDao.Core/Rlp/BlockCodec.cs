namespace BpDao.Core;

/// <summary>RLP of whole blocks and of bodies (Yellow Paper §4.3.3, EIP-4895).</summary>
public static class BlockCodec
{
    /// <summary>[header, transactions, ommers, withdrawals?].</summary>
    public static byte[] Encode(Block block)
    {
        RlpWriter writer = new(4096);
        writer.StartList();
        HeaderCodec.Write(writer, block.Header);
        WriteBodyFields(writer, block.Body);
        return writer.EndList().ToArray();
    }

    /// <summary>[transactions, ommers, withdrawals?].</summary>
    public static byte[] EncodeBody(BlockBody body)
    {
        RlpWriter writer = new(4096);
        writer.StartList();
        WriteBodyFields(writer, body);
        return writer.EndList().ToArray();
    }

    /// <summary>Reads a whole block, all of the input.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out Block? block)
    {
        block = null;
        RlpReader outer = new(encoded);
        if (!outer.TryReadList(out RlpReader r) || !outer.AtEnd || !HeaderCodec.TryRead(ref r, out BlockHeader? header)
            || !TryReadBodyFields(ref r, out BlockBody? body))
        {
            return false;
        }

        block = new Block(header!, body!);
        return true;
    }

    /// <summary>Counts the transactions of an encoded block without decoding them: one takes some forty times the memory of its shortest encoding.</summary>
    /// <param name="most">Where counting stops.</param>
    /// <returns>False for more than that, and for what has not the shape of a block.</returns>
    public static bool TryCountTransactions(ReadOnlySpan<byte> encoded, int most, out int count)
    {
        count = 0;
        RlpReader outer = new(encoded);
        if (!outer.TryReadList(out RlpReader fields) || !fields.TryReadRaw(out _) || !fields.TryReadList(out RlpReader transactions)) return false;
        for (; !transactions.AtEnd; count++)
        {
            if (count == most || !transactions.TryReadRaw(out _)) return false;
        }

        return true;
    }

    /// <summary>Reads a body, all of the input.</summary>
    public static bool TryDecodeBody(ReadOnlySpan<byte> encoded, out BlockBody? body)
    {
        body = null;
        RlpReader outer = new(encoded);
        return outer.TryReadList(out RlpReader r) && outer.AtEnd && TryReadBodyFields(ref r, out body);
    }

    public static void WriteWithdrawal(RlpWriter writer, in Withdrawal w) =>
        writer.StartList().Write(w.Index).Write(w.ValidatorIndex).Write(w.Address).Write(w.AmountGwei).EndList();

    private static void WriteBodyFields(RlpWriter writer, BlockBody body)
    {
        writer.StartList();
        foreach (Transaction tx in body.Transactions) TransactionCodec.WriteInBody(writer, tx);
        writer.EndList().StartList();
        foreach (BlockHeader ommer in body.Ommers) HeaderCodec.Write(writer, ommer);
        writer.EndList();
        if (body.Withdrawals is null) return;
        writer.StartList();
        foreach (Withdrawal withdrawal in body.Withdrawals) WriteWithdrawal(writer, withdrawal);
        writer.EndList();
    }

    private static bool TryReadBodyFields(ref RlpReader r, out BlockBody? body)
    {
        body = null;
        List<Transaction> transactions = [];
        List<BlockHeader> ommers = [];
        List<Withdrawal>? withdrawals = null;
        if (!r.TryReadList(out RlpReader txs)) return false;
        while (!txs.AtEnd)
        {
            if (!TransactionCodec.TryReadInBody(ref txs, out Transaction? tx)) return false;
            transactions.Add(tx!);
        }

        if (!r.TryReadList(out RlpReader headers)) return false;
        while (!headers.AtEnd)
        {
            if (!HeaderCodec.TryRead(ref headers, out BlockHeader? ommer)) return false;
            ommers.Add(ommer!);
        }

        if (!r.AtEnd)
        {
            withdrawals = [];
            if (!r.TryReadList(out RlpReader items)) return false;
            while (!items.AtEnd)
            {
                if (!items.TryReadList(out RlpReader w) || !w.TryReadUInt64(out ulong index) || !w.TryReadUInt64(out ulong validator)
                    || !w.TryReadAddress(out Address address) || !w.TryReadUInt64(out ulong amount) || !w.AtEnd)
                {
                    return false;
                }

                withdrawals.Add(new Withdrawal(index, validator, address, amount));
            }
        }

        if (!r.AtEnd) return false;
        body = new BlockBody(transactions, ommers, withdrawals);
        return true;
    }
}
