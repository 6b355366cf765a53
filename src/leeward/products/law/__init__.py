"""What the law says, by place, day and substance."""
